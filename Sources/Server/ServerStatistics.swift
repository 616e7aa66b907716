/// What a server has done since its start, and does now.
package struct ServerStatistics: Sendable, Equatable {
    /// Connections open now.
    package let connections: Int
    /// Requests under way now, those still being received included.
    package let requestsInFlight: Int
    /// Requests whose headers came, the refused ones included.
    package let requests: Int
    /// Requests that no handler saw: malformed, too large, too many.
    package let refused: Int
    /// Requests whose client left before its answer.
    package let deserted: Int
}

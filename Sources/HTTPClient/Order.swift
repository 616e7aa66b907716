import HTTP

/// A checked request on its way to the transfer thread, and where its response goes.
struct Order: Sendable {
    /// From 1; names the transfer for as long as the client lives.
    let id: Int
    let request: OutgoingRequest
    let isLocal: Bool
    let deadline: ContinuousClock.Instant
    /// Takes the pieces of the body when the caller wants the response at its head; nil when it wants it whole.
    let stream: StreamBuffer?
    /// Resumed exactly once: by the transfer thread, or by the mailbox when it is closed already.
    let continuation: CheckedContinuation<Result<Response, HTTPClientError>, Never>
}

/// What was done for a request on its connection's own thread.
package enum Immediate: Sendable {
    case response(Response)
    /// What is left to do takes longer and goes to a task, with all that was read and decided so far.
    case rest(@Sendable () async -> Response)

    /// Nil where something is left to do.
    package var response: Response? {
        if case .response(let response) = self { return response }
        return nil
    }
}

package import Store
package import Support
import Synchronization

/// What becomes known of one request on its way, and what its calls cost.
///
/// It goes with the task that answers the request, so that whoever makes a call for it finds it. The ledger gets it
/// when the response has its id and the answer is there, whichever comes last: a stream's response begins before its
/// answer ends.
package final class RequestAccount: Sendable {
    @TaskLocal package static var current: RequestAccount?

    private struct State {
        var row: RequestRow
        var isAnswerAwaited = false
        var isIdentified = false
        var hasCalledFull = false
        var isRecorded = false
    }

    package let tenant: String
    /// When the request came.
    package let time: Timestamp
    private let ledger: Ledger
    private let whenRecorded: (@Sendable (RequestRow) -> Void)?
    private let watch = Stopwatch()
    private let state: Mutex<State>

    /// - Parameters:
    ///   - row: what is known so far; its outcome is `error` until there is another.
    ///   - whenRecorded: gets the row when the ledger gets it.
    package init(
        _ ledger: Ledger, _ row: RequestRow, whenRecorded: (@Sendable (RequestRow) -> Void)? = nil
    ) {
        self.ledger = ledger
        self.whenRecorded = whenRecorded
        tenant = row.dimensions.tenant
        time = row.time
        var row = row
        row.dimensions.outcome = RequestAccount.failure
        state = Mutex(State(row: row))
    }

    /// The outcome of a request that ends without an answer.
    package static let failure = "error"

    package func change(_ body: (inout RequestRow) -> Void) {
        state.withLock { body(&$0.row) }
    }

    /// What is known so far.
    package var row: RequestRow { state.withLock { $0.row } }

    /// Whose request a call is made for.
    package var origin: CallOrigin {
        state.withLock { state in
            let dimensions = state.row.dimensions
            var origin = CallOrigin()
            origin.tenant = dimensions.tenant
            origin.scope = dimensions.scope
            origin.plan = dimensions.plan
            origin.variant = dimensions.variant
            origin.labels = state.row.labels
            return origin
        }
    }

    /// Takes a call that was made for the request.
    package func note(_ call: Call) {
        state.withLock { state in
            if let cost = call.cost { state.row.spent += cost }
            if call.hasUnknownCost { state.row.spentUnknown += 1 }
            if call.role == "full", !state.row.dimensions.plan.isEmpty { state.hasCalledFull = true }
        }
    }

    /// Says that the answer comes after the response's head.
    package func awaitAnswer() {
        state.withLock { $0.isAnswerAwaited = true }
    }

    /// Says that the answer that was awaited is there, or has failed.
    package func answerEnded() {
        finish { $0.isAnswerAwaited = false }
    }

    /// Says under which id the response goes out.
    package func identify(_ request: String) {
        finish { state in
            state.row.request = request
            state.isIdentified = true
        }
    }

    private func finish(_ body: (inout State) -> Void) {
        let microseconds = watch.nanoseconds / 1_000
        // Within the lock: outside, the row would have to be copied.
        let isRecorded = state.withLock { state in
            body(&state)
            guard state.isIdentified, !state.isAnswerAwaited, !state.isRecorded else { return false }
            state.isRecorded = true
            state.row.latency.total = microseconds
            state.row.isEscalated = state.hasCalledFull
            ledger.record(state.row)
            return true
        }
        if isRecorded, let whenRecorded { whenRecorded(row) }
    }
}

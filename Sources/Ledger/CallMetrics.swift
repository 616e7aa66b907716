package import Store
import Support
import Synchronization

/// Calls, tokens and dollars since the start, as /metrics shows them.
package final class CallMetrics: Sendable {
    package struct Kind: Hashable, Sendable {
        /// `mini`, `full`, `embedding`, or `named` where the client named the model.
        package var role: String
        package var purpose: String
    }

    package struct Counts: Sendable {
        package var succeeded = 0
        package var failed = 0
        /// Calls that may have cost something, of which it is not known what.
        package var costUnknown = 0
        package var nanodollars: Int64 = 0
        /// Those that the provider had cached not among them.
        package var inputTokens = 0
        package var cachedTokens = 0
        /// Those spent on reasoning not among them.
        package var outputTokens = 0
        package var reasoningTokens = 0
    }

    /// Roles and purposes are this program's own words: there are few.
    private let counts = Mutex<[Kind: Counts]>([:])

    package init() {}

    package var snapshot: [Kind: Counts] { counts.withLock { $0 } }

    /// A call takes milliseconds at least, and a lock nanoseconds.
    package func record(_ call: Call) {
        let kind = Kind(role: call.role.isEmpty ? "named" : call.role, purpose: call.purpose)
        counts.withLock { counts in
            var count = counts[kind] ?? Counts()
            if call.status == "200" { count.succeeded += 1 } else { count.failed += 1 }
            if call.hasUnknownCost { count.costUnknown += 1 }
            count.nanodollars += call.cost?.nanodollars ?? 0
            count.inputTokens += max(0, call.promptTokens - call.cachedTokens)
            count.cachedTokens += call.cachedTokens
            count.outputTokens += max(0, call.completionTokens - call.reasoningTokens)
            count.reasoningTokens += call.reasoningTokens
            counts[kind] = count
        }
    }
}

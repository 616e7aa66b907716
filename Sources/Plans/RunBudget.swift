import Models
import Support
import Synchronization

/// What a run may still take. A call is reserved at the most that it can cost, so that calls under way at once cannot
/// together exceed what none of them would alone.
final class RunBudget: Sendable {
    struct Reservation {
        fileprivate let tokens: Int
        fileprivate let cost: Money
    }

    private let limit: Plan.Budget
    private let deadline: ContinuousClock.Instant?
    private let taken = Mutex<(tokens: Int, cost: Money)>((0, .zero))

    /// - Parameter calls: those of an earlier try, whose time is not counted: a run may have waited for days.
    init(_ limit: Plan.Budget, taken calls: [StepCall] = []) {
        self.limit = limit
        deadline = limit.seconds.map { .now + .seconds($0) }
        taken.withLock { taken in
            for call in calls { RunBudget.add(call.usage, call.cost, to: &taken) }
        }
    }

    /// Until the run's time is over; nil is without bound.
    var remainingMilliseconds: Int? {
        deadline.map { Int((ContinuousClock.now.duration(to: $0) / .milliseconds(1)).rounded(.down)) }
    }

    /// - Parameter price: of the model that is going to be asked; nil: unknown.
    func reserve(promptTokens: Int, outputTokensMax: Int, price: Price?) throws(StepFailure) -> Reservation {
        if let remainingMilliseconds, remainingMilliseconds <= 0 {
            throw StepFailure(.budget, "the budget of \(limit.seconds ?? 0) seconds is exhausted")
        }
        let most = Usage(promptTokens: promptTokens, completionTokens: outputTokensMax)
        let cost = price?.cost(of: most)
        if limit.cost != nil, cost == nil {
            throw StepFailure(.budget, "the budget is in dollars, and the model's price is not known")
        }
        let reservation = Reservation(tokens: promptTokens + outputTokensMax, cost: cost ?? .zero)
        return try taken.withLock { taken throws(StepFailure) in
            if let tokens = limit.tokens, taken.tokens + reservation.tokens > tokens {
                throw StepFailure(.budget, "the budget of \(tokens) tokens is exhausted: \(taken.tokens) are taken")
            }
            if let most = limit.cost, taken.cost + reservation.cost > most {
                throw StepFailure(
                    .budget, "the budget of $\(most.dollars) is exhausted: $\(taken.cost.dollars) are taken")
            }
            taken.tokens += reservation.tokens
            taken.cost += reservation.cost
            return reservation
        }
    }

    /// Replaces a reservation by what the call took; nil: it brought nothing, or did not say.
    func settle(_ reservation: Reservation, usage: Usage?, cost: Money?) {
        taken.withLock { taken in
            taken.tokens -= reservation.tokens
            taken.cost = taken.cost - reservation.cost
            RunBudget.add(usage, cost, to: &taken)
        }
    }

    private static func add(_ usage: Usage?, _ cost: Money?, to taken: inout (tokens: Int, cost: Money)) {
        taken.tokens += usage.map { $0.promptTokens + $0.completionTokens } ?? 0
        taken.cost += cost ?? .zero
    }
}

/// Why a step cannot be done.
struct StepFailure: Error, Equatable {
    enum Kind {
        /// No model gave an answer.
        case call
        /// The answer, or what the step was given, is not what it has to be.
        case invalid
        case budget
    }

    let kind: Kind
    let reason: String

    init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }
}

package import JSON
package import Models
package import Support

/// What came of a plan, step by step.
package struct PlanRun: Sendable {
    package let plan: String
    /// The rule that had *full* do mini's work; nil: none.
    package let forcedBy: String?
    /// In the order of the plan; a step that the run did not come to is not among them.
    package let steps: [StepRecord]
    package let outputs: JSONObject
    /// The variable that each output was taken from.
    let sources: [String: Reference]
    /// What a person is yet to choose; the run is not over then.
    package let waits: [Wait]
    /// Why the run has no outputs; nil: it has.
    package let failure: String?
    package let latencyMilliseconds: Double
    /// Of all inputs together, estimated.
    package let inputTokens: Int

    package enum Status: String, Sendable {
        case completed, failed, waiting
    }

    /// A choice that a person is to make.
    package struct Wait: Sendable {
        package let step: String
        package let options: [JSONValue]
    }

    package var status: Status { failure != nil ? .failed : waits.isEmpty ? .completed : .waiting }

    package var calls: [StepCall] { steps.flatMap(\.calls) }

    /// Whether a step failed, so that the outputs are what the plan allows in its place.
    package var isDegraded: Bool { steps.contains { $0.status == .failed } }

    /// The step that gave an output; nil where none did.
    package func source(of output: String) -> StepRecord? {
        guard case .step(let name)? = sources[output]?.source else { return nil }
        return steps.first { $0.name == name }
    }

    /// Whether an output comes from mini where a step of *full* failed.
    package func isFallback(_ output: String) -> Bool {
        let asked = source(of: output)?.calls.last { $0.output != nil && !$0.isRepair }?.role
        return asked != .full && steps.contains { $0.status == .failed && $0.calls.last?.role == .full }
    }

    package var usage: Usage { PlanRun.usage(of: calls) }

    /// What *full* read and wrote: next to `inputTokens` it shows what was kept from it.
    package var fullUsage: Usage { PlanRun.usage(of: calls.filter { $0.role == .full }) }

    private static func usage(of calls: [StepCall]) -> Usage {
        let usages = calls.compactMap(\.usage)
        return Usage(
            promptTokens: usages.map(\.promptTokens).reduce(0, +),
            cachedTokens: usages.map(\.cachedTokens).reduce(0, +),
            completionTokens: usages.map(\.completionTokens).reduce(0, +),
            reasoningTokens: usages.map(\.reasoningTokens).reduce(0, +))
    }

    /// Nil when the cost of a call that brought an answer is unknown.
    package var cost: Money? {
        var sum = Money.zero
        for call in calls where call.output != nil {
            guard let cost = call.cost else { return nil }
            sum += cost
        }
        return sum
    }
}

/// What became of a step.
package struct StepRecord: Sendable {
    package enum Status: String, Sendable {
        case done, failed
        /// Its condition did not hold.
        case skipped
        /// A person is to choose.
        case waiting
    }

    package let name: String
    package let status: Status
    /// Why it failed.
    package let reason: String?
    /// Nil unless it is done.
    package let output: JSONValue?
    /// Whether an output ran into the step's limit.
    package let isCut: Bool
    package let calls: [StepCall]
    package let latencyMilliseconds: Double
}

/// One call of a step.
package struct StepCall: Sendable {
    package let role: Role
    /// Nil when no model answered.
    package let model: String?
    /// The messages that were sent.
    package let input: JSONValue
    package let output: String?
    package let usage: Usage?
    package let cost: Money?
    package let latencyMilliseconds: Double
    /// Whether it was to mend an output that did not fit its schema.
    package let isRepair: Bool
    /// Whether the output was kept from an equal call; it took nothing then.
    package let isCached: Bool
    /// Why no answer came.
    package let failure: String?

    static func cached(_ role: Role, _ input: JSONValue, _ output: String) -> StepCall {
        StepCall(
            role: role, model: nil, input: input, output: output, usage: nil, cost: .zero, latencyMilliseconds: 0,
            isRepair: false, isCached: true, failure: nil)
    }
}

/// Why a run cannot begin.
package struct PlanInputError: ExplainedError, Equatable {
    package let what: String
    /// The input.
    package let name: String

    init(_ name: String, _ what: String) {
        self.name = name
        self.what = what
    }
}

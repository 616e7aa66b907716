package import Models
package import Support

/// What a whole run takes, estimated: every step is done, conditions aside, and every output is as long as it may be.
/// Tries again and mended outputs are not in it.
package struct PlanEstimate: Sendable, Equatable {
    package private(set) var calls = 0
    package private(set) var promptTokens = 0
    package private(set) var completionTokens = 0
    /// Nil when a model's price is not known.
    package private(set) var cost: Money? = .zero

    /// - Parameter inputTokens: of each input that has no default.
    package init(_ plan: Plan, _ models: ModelsConfiguration, inputTokens: Int) {
        let sizes = Sizes(plan: plan, inputTokens: inputTokens)
        for step in plan.steps {
            guard let ask = step.ask else { continue }
            let (count, item) = sizes.elements(ask)
            let variables = (ask.data.map(\.reference) + [ask.conversation].compactMap(\.self))
                .map { sizes.tokens($0, item: item) }.reduce(0, +)
            calls += count
            promptTokens += count * (ask.templateTokens + variables)
            completionTokens += count * ask.outputTokensMax
            let call = ask.cost(models, inputTokens: variables, outputTokens: ask.outputTokensMax)
            cost = cost.flatMap { sum in
                call.map { Money(nanodollars: sum.nanodollars + Int64(count) * $0.nanodollars) }
            }
        }
    }

    /// How large variables are at most.
    private struct Sizes {
        let plan: Plan
        let inputTokens: Int

        func tokens(_ reference: Reference, item: Int = 0) -> Int {
            switch reference.source {
            case .input(let name):
                plan.inputs.first { $0.name == name }?.fallback.map(\.estimatedTokens) ?? inputTokens
            case .item: item
            case .step(let name): plan.step(named: name).map(tokens) ?? 0
            }
        }

        /// Of a step's whole output.
        private func tokens(_ step: Step) -> Int {
            switch step.action {
            case .ask(let ask): elements(ask).count * ask.outputTokensMax
            case .choose(let choice): element(of: choice.options).tokens
            case .group(let grouping): tokens(grouping.texts)
            }
        }

        /// How often a step asks, and about how large an element each time.
        func elements(_ ask: Ask) -> (count: Int, tokens: Int) {
            switch ask.elements {
            case nil: return (1, 0)
            case .constant(let values)?: return (values.count, values.map(\.estimatedTokens).max() ?? 0)
            case .reference(let reference)?:
                guard let part = ask.partTokensMax else { return element(of: reference) }
                let all = tokens(reference)
                return (max(1, (all + part - 1) / part), min(all, part))
            }
        }

        /// A list's elements: as many as a step makes, else one.
        private func element(of reference: Reference) -> (count: Int, tokens: Int) {
            guard case .step(let name) = reference.source, let ask = plan.step(named: name)?.ask else {
                return (1, tokens(reference))
            }
            return (elements(ask).count, ask.outputTokensMax)
        }
    }
}

import Support

/// What is wrong with a plan whose parts are each in order: variables that nobody sets, steps that wait for each other.
struct PlanCheck {
    private let plan: Plan
    private let lines: [String: Int]
    private(set) var problems: [(line: Int, reason: String)] = []

    init(_ plan: Plan, lines: [String: Int]) {
        self.plan = plan
        self.lines = lines
        for step in plan.steps { check(step) }
        if plan.outputs.isEmpty { problems.append((1, "the plan has no output")) }
        for output in plan.outputs {
            for reference in output.candidates {
                check(reference, lines["outputs." + output.name] ?? 1, hasItem: false)
            }
        }
        if problems.isEmpty { checkCycles() }
    }

    private func line(_ step: Step) -> Int { lines["steps." + step.name] ?? 1 }

    private mutating func check(_ step: Step) {
        switch step.action {
        case .ask(let ask): check(ask, of: step)
        case .choose, .group:
            for reference in step.references { check(reference, line(step), hasItem: false) }
        }
        for name in step.after where plan.step(named: name) == nil {
            problems.append((line(step), unknown("step", name, among: plan.steps.map(\.name))))
        }
    }

    private mutating func check(_ ask: Ask, of step: Step) {
        if ask.instructions == nil && ask.conversation == nil {
            problems.append((line(step), "step \(step.name) has neither \"instructions\" nor a \"conversation\""))
        }
        if ask.partTokensMax != nil && ask.elements == nil {
            problems.append((line(step), "step \(step.name) has \"part_tokens_max\" without \"for_each\""))
        }
        if ask.examples.count > Limits.planExamplesMax {
            problems.append((line(step), "step \(step.name) has more than \(Limits.planExamplesMax) examples"))
        }
        for example in ask.examples {
            guard let problem = ask.schema?.problem(in: example.output) else { continue }
            problems.append((line(step), "an example of step \(step.name) does not fit the schema: \(problem)"))
        }
        // The list is there before its first element, and so is what decides whether to begin.
        var inside = ask.data.map(\.reference)
        if let conversation = ask.conversation { inside.append(conversation) }
        var outside = step.condition?.references ?? []
        if case .reference(let reference)? = ask.elements { outside.append(reference) }
        for reference in inside { check(reference, line(step), hasItem: ask.elements != nil) }
        for reference in outside { check(reference, line(step), hasItem: false) }
        if let conversation = ask.conversation { checkConversation(conversation, step) }
    }

    private mutating func checkConversation(_ reference: Reference, _ step: Step) {
        if case .input(let name) = reference.source, reference.path.isEmpty,
            let input = plan.inputs.first(where: { $0.name == name }), input.kind != .list
        {
            return
        }
        problems.append((line(step), "step \(step.name): a \"conversation\" is an input of that kind, or a text"))
    }

    private mutating func check(_ reference: Reference, _ line: Int, hasItem: Bool) {
        switch reference.source {
        case .input(let name):
            if !plan.inputs.contains(where: { $0.name == name }) {
                problems.append((line, unknown("variable input.", name, among: plan.inputs.map(\.name))))
            }
        case .step(let name):
            guard let step = plan.step(named: name) else {
                problems.append((line, unknown("variable", name, among: plan.steps.map(\.name) + ["input", "item"])))
                return
            }
            checkMember(reference, of: step, line)
        case .item:
            if !hasItem { problems.append((line, "unknown variable item: only a step with \"for_each\" has it")) }
        }
    }

    private mutating func checkMember(_ reference: Reference, of step: Step, _ line: Int) {
        guard let member = reference.path.first else { return }
        guard let ask = step.ask else {
            problems.append((line, "\(reference) reads a member of step \(step.name), which asks no model"))
            return
        }
        guard let schema = ask.schema else {
            problems.append((line, "missing schema: \(reference) reads a member of step \(step.name), which is a text"))
            return
        }
        if ask.elements != nil {
            problems.append((line, "\(reference) reads a member of a list: step \(step.name) has \"for_each\""))
        } else if !schema.mayHave(member) {
            problems.append(
                (line, "unknown variable \(reference): the schema of step \(step.name) has no \"\(member)\""))
        }
    }

    private func unknown(_ kind: String, _ name: String, among names: [String]) -> String {
        let hint = closest(to: name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
        return "unknown \(kind)\(kind.hasSuffix(".") ? "" : " ")\(name)" + hint
    }

    /// Takes steps away whose dependencies are all gone; what stays waits for itself.
    private mutating func checkCycles() {
        var waiting = plan.steps
        var isShrinking = true
        while isShrinking {
            let names = Set(waiting.map(\.name))
            let rest = waiting.filter { !$0.dependencies.isDisjoint(with: names) }
            isShrinking = rest.count < waiting.count
            waiting = rest
        }
        guard let first = waiting.first else { return }
        let names = waiting.map(\.name).joined(separator: ", ")
        problems.append((line(first), "cycle: steps wait for each other among \(names)"))
    }
}

import JSON
import JSON5
import Models
import Support

extension PlanReader {
    private static let commonMembers = ["when", "after", "on_failure"]
    private static let askMembers = [
        "role", "instructions", "words_max", "bullets_max", "examples", "conversation", "data", "output_tokens_max",
        "schema", "for_each", "part_tokens_max", "retries", "cache",
    ]
    private static let chooseMembers = ["choose", "by"]
    private static let groupMembers = ["group", "similarity"]

    /// Reads a step: a choice, a grouping, or else a call.
    mutating func step(_ member: JSON5Member) -> Step {
        lines["steps." + member.name] = member.line
        let place = "step \(member.name)"
        var names: Set<String> = []
        if case .object(let found) = member.node.value { names = Set(found.map(\.name)) }
        let own =
            names.contains("choose")
            ? PlanReader.chooseMembers : names.contains("group") ? PlanReader.groupMembers : PlanReader.askMembers
        let members = nodes.members(member.node, place, known: own + PlanReader.commonMembers)
        let action: Step.Action? =
            if let node = members["choose"] {
                choice(node, members, member)
            } else if let node = members["group"] {
                grouping(node, members)
            } else {
                .ask(ask(members, member))
            }
        let failure = nodes.choice(members["on_failure"], "on_failure", Step.Failure.self)
        let role: Role? = if case .ask(let ask)? = action { ask.role } else { nil }
        if failure == .full, role != .mini, let node = members["on_failure"] {
            nodes.report(node.line, role == .full ? "\(place) is full's already" : "\(place) asks no model")
        }
        return Step(
            name: member.name,
            // What could not be read is reported, and the plan refused.
            action: action ?? .ask(ask([:], member)), condition: members["when"].flatMap { condition($0) },
            after: nodes.elements(members["after"], "after").compactMap { nodes.text($0, "after") },
            onFailure: failure ?? (role == .mini ? .full : .stop))
    }

    private mutating func ask(_ members: [String: JSON5Node], _ member: JSON5Member) -> Ask {
        if members["role"] == nil { nodes.report(member.line, "step \(member.name) has no role: \"mini\" or \"full\"") }
        if members["output_tokens_max"] == nil {
            nodes.report(member.line, "step \(member.name) has no output limit: it needs \"output_tokens_max\"")
        }
        return Ask(
            role: nodes.choice(members["role"], "role", Role.self) ?? .full, instructions: instructions(members),
            examples: nodes.elements(members["examples"], "examples").compactMap { example($0) },
            conversation: nodes.reference(members["conversation"], "conversation"), data: data(members["data"]),
            outputTokensMax: nodes.integer(
                members["output_tokens_max"], "output_tokens_max", in: 1...Limits.planOutputTokensMax) ?? 1,
            schema: members["schema"].flatMap { schema($0) }, elements: members["for_each"].flatMap { forEach($0) },
            partTokensMax: nodes.integer(
                members["part_tokens_max"], "part_tokens_max", in: 16...Limits.planOutputTokensMax),
            retries: nodes.integer(members["retries"], "retries", in: 0...Limits.planRetriesMax) ?? 0,
            isCached: members["cache"].flatMap { nodes.boolean($0, "cache") } ?? false)
    }

    /// A text, or a list of its lines; and in words what else the output is bound to.
    private mutating func instructions(_ members: [String: JSON5Node]) -> String? {
        var lines: [String] = []
        if let node = members["instructions"], case .array(let elements) = node.value {
            for line in elements {
                guard case .string(let line) = line.value else {
                    nodes.report(line.line, "a line of \"instructions\" must be a text, not \(line.shown)")
                    continue
                }
                lines.append(line)
            }
        } else if let text = nodes.text(members["instructions"], "instructions") {
            lines.append(text)
        }
        let range = 1...Limits.planOutputTokensMax
        if let count = nodes.integer(members["words_max"], "words_max", in: range) {
            lines.append("Answer in at most \(count) words.")
        }
        if let count = nodes.integer(members["bullets_max"], "bullets_max", in: range) {
            lines.append("Answer in at most \(count) bullets, a line each, and nothing else.")
        }
        return members["instructions"] == nil && lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    private mutating func example(_ node: JSON5Node) -> Ask.Example? {
        let members = nodes.members(node, "an example", known: ["data", "output"])
        guard let data = members["data"], let output = members["output"] else {
            nodes.report(node.line, "an example has \"data\" and \"output\"")
            return nil
        }
        return Ask.Example(data: nodes.json(data), output: nodes.json(output))
    }

    private mutating func data(_ node: JSON5Node?) -> [Ask.Datum] {
        nodes.named(node, "data").compactMap { member in
            nodes.reference(member.node, member.name).map { Ask.Datum(label: member.name, reference: $0) }
        }
    }

    private mutating func schema(_ node: JSON5Node) -> JSONSchema? {
        do throws(SchemaProblem) {
            return try JSONSchema(nodes.json(node))
        } catch {
            nodes.report(node.line, error.reason)
            return nil
        }
    }

    private mutating func forEach(_ node: JSON5Node) -> Ask.Elements? {
        guard case .array(let elements) = node.value else {
            return nodes.reference(node, "for_each").map { .reference($0) }
        }
        if elements.isEmpty { nodes.report(node.line, "\"for_each\" is an empty list") }
        return .constant(elements.map { nodes.json($0) })
    }

    private static let choosers: [String: Choice.Chooser] = [
        "person": .person, "shortest": .shortest, "longest": .longest,
    ]

    /// `{choose: "drafts", by: "person"}`; by `shortest`, `longest` or `{number: "pick.best"}` as well.
    private mutating func choice(
        _ node: JSON5Node, _ members: [String: JSON5Node], _ member: JSON5Member
    ) -> Step.Action? {
        let options = nodes.reference(node, "choose")
        guard let by = members["by"] else {
            nodes.report(member.line, "step \(member.name) does not say who chooses: it needs \"by\"")
            return nil
        }
        var chooser: Choice.Chooser?
        if case .string(let name) = by.value {
            chooser = PlanReader.choosers[name]
        } else if case .object = by.value {
            let number = nodes.members(by, "by", known: ["number"])["number"]
            chooser = nodes.reference(number, "number").map { .number($0) }
        }
        if chooser == nil {
            nodes.report(by.line, "\"by\" must be \"person\", \"shortest\", \"longest\" or {number: VARIABLE}")
        }
        guard let options, let chooser else { return nil }
        return .choose(Choice(options: options, chooser: chooser))
    }

    private mutating func grouping(_ node: JSON5Node, _ members: [String: JSON5Node]) -> Step.Action? {
        let similarity = nodes.number(members["similarity"], "similarity", above: 0) ?? Grouping.similarityUsual
        return nodes.reference(node, "group").map { .group(Grouping(texts: $0, similarity: similarity)) }
    }

    /// `{over: "answers", every_seconds: 86400, share: 0.1, runs: 50, dollars: 0.05}`.
    mutating func job(_ node: JSON5Node) -> Job? {
        let known = ["over", "path", "lines_with", "every_seconds", "share", "runs", "dollars"]
        let members = nodes.members(node, "job", known: known)
        let subject = nodes.choice(members["over"], "over", Job.Subject.self)
        let seconds = nodes.integer(members["every_seconds"], "every_seconds", in: 1...31_536_000)
        let dollars = nodes.number(members["dollars"], "dollars", above: 0)
        for needed in ["over", "every_seconds", "dollars"] where members[needed] == nil {
            nodes.report(node.line, "a job needs \"\(needed)\"")
        }
        let share = nodes.number(members["share"], "share", above: 0) ?? 1
        let runs = nodes.integer(members["runs"], "runs", in: 1...Limits.planRunsKeptMax) ?? 100
        let path = nodes.text(members["path"], "path")
        let words = nodes.elements(members["lines_with"], "lines_with").compactMap { nodes.text($0, "lines_with") }
        guard let subject, let seconds, let dollars else { return nil }
        if subject == .file, path?.hasPrefix("/") != true {
            nodes.report(node.line, "a job over a file needs its \"path\" from the root")
        }
        let ofFiles = ["path", "lines_with"].filter { members[$0] != nil }
        if subject != .file, let stray = ofFiles.first {
            nodes.report(node.line, "\"\(stray)\" is for a job over a file")
        }
        return Job(
            subject: subject, path: path, linesWith: words, everySeconds: seconds, share: share, runsMax: runs,
            dollars: dollars)
    }
}

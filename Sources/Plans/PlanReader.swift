import JSON
import JSON5
import Models
import Support

extension Plan {
    /// Reads and checks a plan's text.
    ///
    /// - Parameter file: stands in front of each problem.
    /// - Throws: everything that is wrong, together.
    package static func parse(_ text: String, name: String, file: String) throws(PlanError) -> Plan {
        let root: JSON5Node
        do throws(JSON5Error) {
            root = try JSON5Parser.parse(text)
        } catch {
            throw PlanError(problems: [PlanProblem(file: file, line: error.line, reason: error.reason)])
        }
        var reader = PlanReader()
        let plan = reader.plan(root, name: name, source: text)
        var problems = reader.nodes.problems
        // What a broken step depends on cannot be said.
        if problems.isEmpty { problems = PlanCheck(plan, lines: reader.lines).problems }
        guard problems.isEmpty else {
            throw PlanError(
                problems: problems.sorted { $0.line < $1.line }.map {
                    PlanProblem(file: file, line: $0.line, reason: $0.reason)
                })
        }
        return plan
    }

    /// Reads and checks a plan's file; its name without folder and `.json5` is the plan's.
    package static func load(_ path: String) throws(PlanError) -> Plan {
        let text: String
        do throws(FileFailure) {
            text = try TextFile.read(path, bytesMax: Limits.planFileBytesMax)
        } catch {
            throw PlanError(problems: [PlanProblem(file: path, line: nil, reason: error.reason)])
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let stem = name.hasSuffix(".json5") ? String(name.dropLast(".json5".count)) : name
        guard Reference.isName(stem) else {
            throw PlanError(problems: [
                PlanProblem(
                    file: path, line: nil,
                    reason: "a plan is called by its file: letters, digits, _ and -, a letter first")
            ])
        }
        return try parse(text, name: stem, file: path)
    }
}

/// Turns the nodes of a plan's file into a plan.
struct PlanReader {
    var nodes = NodeReader()
    /// The line of each step and output, by `steps.NAME` and `outputs.NAME`.
    var lines: [String: Int] = [:]

    private static let members = ["summary", "inputs", "steps", "outputs", "budget", "job"]
    private static let inputMembers = ["kind", "default"]
    private static let budgetMembers = ["tokens", "dollars", "seconds"]

    mutating func plan(_ root: JSON5Node, name: String, source: String) -> Plan {
        let members = nodes.members(root, "the plan", known: PlanReader.members)
        for needed in ["summary", "steps", "outputs"] where members[needed] == nil {
            nodes.report(root.line, "the plan needs \"\(needed)\"")
        }
        let steps = nodes.named(members["steps"], "steps", reserved: ["input", "item"])
        if let node = members["steps"], !(1...Limits.planStepsMax).contains(steps.count) {
            nodes.report(node.line, "a plan has from 1 to \(Limits.planStepsMax) steps, not \(steps.count)")
        }
        return Plan(
            name: name, source: source, summary: nodes.text(members["summary"], "summary") ?? "",
            inputs: nodes.named(members["inputs"], "inputs").map { input($0) }, steps: steps.map { step($0) },
            outputs: nodes.named(members["outputs"], "outputs").map { output($0) }, budget: budget(members["budget"]),
            job: members["job"].flatMap { job($0) })
    }

    private mutating func input(_ member: JSON5Member) -> Plan.Input {
        let members = nodes.members(member.node, "input \(member.name)", known: PlanReader.inputMembers)
        return Plan.Input(
            name: member.name, kind: nodes.choice(members["kind"], "kind", Plan.Input.Kind.self) ?? .text,
            fallback: members["default"].map { nodes.json($0) })
    }

    private mutating func budget(_ node: JSON5Node?) -> Plan.Budget {
        guard let node else { return Plan.Budget() }
        let members = nodes.members(node, "budget", known: PlanReader.budgetMembers)
        return Plan.Budget(
            tokens: nodes.integer(members["tokens"], "tokens", in: 1...1_000_000_000),
            cost: nodes.number(members["dollars"], "dollars", above: 0).map {
                Money(nanodollars: Int64(min($0, 1e6) * 1e9))
            },
            seconds: nodes.integer(members["seconds"], "seconds", in: 1...Limits.planSecondsMax))
    }

    private mutating func output(_ member: JSON5Member) -> Plan.Output {
        lines["outputs." + member.name] = member.line
        let candidates: [Reference]
        if case .array(let elements) = member.node.value {
            candidates = elements.compactMap { nodes.reference($0, member.name) }
            if elements.isEmpty { nodes.report(member.line, "output \(member.name) names no variable") }
        } else {
            candidates = nodes.reference(member.node, member.name).map { [$0] } ?? []
        }
        return Plan.Output(name: member.name, candidates: candidates)
    }
}

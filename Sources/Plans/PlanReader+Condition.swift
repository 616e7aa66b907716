import JSON
import JSON5

extension PlanReader {
    private static let operators = ["is", "in", "below", "at_least", "longer_than"]
    private static let forms = ["all", "any", "not", "absent", "forced", "value"]

    /// Reads `{value: "triage.risk", is: "high"}`, `{all: […]}`, `{any: […]}`, `{not: {…}}`, `{absent: "step"}` or
    /// `{forced: true}`.
    mutating func condition(_ node: JSON5Node) -> Condition? {
        let members = nodes.members(node, "a condition", known: PlanReader.forms + PlanReader.operators)
        let forms = PlanReader.forms.filter { members[$0] != nil }
        guard forms.count == 1, let form = forms.first, let body = members[form] else {
            nodes.report(node.line, "a condition has exactly one of \(PlanReader.forms.joined(separator: ", "))")
            return nil
        }
        let operators = PlanReader.operators.filter { members[$0] != nil }
        guard operators.count == (form == "value" ? 1 : 0) else {
            nodes.report(
                node.line, "\"value\" goes with exactly one of \(PlanReader.operators.joined(separator: ", "))")
            return nil
        }
        switch form {
        case "all": return .all(nodes.elements(body, form).compactMap { condition($0) })
        case "any": return .any(nodes.elements(body, form).compactMap { condition($0) })
        case "not": return condition(body).map { .not($0) }
        case "absent": return nodes.reference(body, form).map { .isAbsent($0) }
        case "forced": return nodes.boolean(body, form).map { .isForced($0) }
        default:
            guard let reference = nodes.reference(body, form), let name = operators.first, let operand = members[name]
            else { return nil }
            return comparison(reference, name, operand)
        }
    }

    private mutating func comparison(_ reference: Reference, _ name: String, _ operand: JSON5Node) -> Condition? {
        switch name {
        case "is": .isOneOf(reference, [nodes.json(operand)])
        case "in": .isOneOf(reference, nodes.elements(operand, name).map { nodes.json($0) })
        case "below": nodes.number(operand, name).map { .isBelow(reference, $0) }
        case "at_least": nodes.number(operand, name).map { .isAtLeast(reference, $0) }
        default: nodes.integer(operand, name, in: 0...1_000_000_000).map { .isLonger(reference, tokens: $0) }
        }
    }
}

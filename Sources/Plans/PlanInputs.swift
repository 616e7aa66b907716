package import JSON
import Support

/// The inputs of a run, checked against the plan's.
struct PlanInputs: Sendable {
    private(set) var values: [String: JSONValue] = [:]

    init(_ plan: Plan, _ given: JSONObject) throws(PlanInputError) {
        for member in given.members where !plan.inputs.contains(where: { $0.name == member.name }) {
            let hint =
                closest(to: member.name, among: plan.inputs.map(\.name)).map { "; did you mean \"\($0)\"?" } ?? ""
            throw PlanInputError(member.name, "the plan \(plan.name) has no input \"\(member.name)\"" + hint)
        }
        for input in plan.inputs {
            guard let value = given[input.name] ?? input.fallback else {
                throw PlanInputError(input.name, "the plan \(plan.name) needs the input \"\(input.name)\"")
            }
            guard PlanInputs.isOf(input.kind, value) else {
                throw PlanInputError(
                    input.name, "the input \"\(input.name)\" is \(value.kind), and must be a \(input.kind.rawValue)")
            }
            values[input.name] = value
        }
    }

    private static func isOf(_ kind: Plan.Input.Kind, _ value: JSONValue) -> Bool {
        switch kind {
        case .text: value.string != nil
        case .list: value.array != nil
        case .conversation:
            value.string != nil || value.array.map { !$0.isEmpty && $0.allSatisfy { $0.object != nil } } == true
        }
    }
}

extension Plan {
    /// Whether a run with these inputs can begin.
    package func check(_ inputs: JSONObject) throws(PlanInputError) { _ = try PlanInputs(self, inputs) }
}

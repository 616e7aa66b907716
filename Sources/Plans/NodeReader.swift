import JSON
import JSON5
import Support

/// Reads a plan's nodes one by one and collects what is wrong with them.
struct NodeReader {
    private(set) var problems: [(line: Int, reason: String)] = []

    mutating func report(_ line: Int, _ reason: String) { problems.append((line, reason)) }

    private mutating func mismatch(_ node: JSON5Node, _ name: String, _ expected: String) {
        report(node.line, "\"\(name)\" must be \(expected), not \(node.shown)")
    }

    /// The members by name; a name that stands twice or is not known is reported.
    ///
    /// - Parameter known: nil where any name may stand.
    mutating func members(_ node: JSON5Node, _ place: String, known: [String]? = nil) -> [String: JSON5Node] {
        guard case .object(let members) = node.value else {
            mismatch(node, place, "an object")
            return [:]
        }
        var result: [String: JSON5Node] = [:]
        for member in members {
            if result.updateValue(member.node, forKey: member.name) != nil {
                report(member.line, "\"\(member.name)\" stands twice in \(place)")
            }
            if let known, !known.contains(member.name) {
                let hint = closest(to: member.name, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
                report(member.line, "\(place) has no \"\(member.name)\"" + hint)
            }
        }
        return result
    }

    /// The members in order, each with a name that a reference can bear.
    mutating func named(_ node: JSON5Node?, _ place: String, reserved: Set<String> = []) -> [JSON5Member] {
        guard let node else { return [] }
        guard case .object(let members) = node.value else {
            mismatch(node, place, "an object")
            return []
        }
        var seen: Set<String> = []
        return members.filter { member in
            if !Reference.isName(member.name) || reserved.contains(member.name) {
                report(member.line, "\"\(member.name)\" is no name: letters, digits, _ and -, a letter first")
                return false
            }
            if !seen.insert(member.name).inserted {
                report(member.line, "\"\(member.name)\" stands twice in \(place)")
                return false
            }
            return true
        }
    }

    mutating func text(_ node: JSON5Node?, _ name: String) -> String? {
        guard let node else { return nil }
        if case .string(let text) = node.value, !text.trimmed.isEmpty { return text }
        mismatch(node, name, "a text")
        return nil
    }

    mutating func integer(_ node: JSON5Node?, _ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let node else { return nil }
        if case .number(let number, _) = node.value, let integer = Int(exactly: number), range.contains(integer) {
            return integer
        }
        mismatch(node, name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    mutating func number(_ node: JSON5Node?, _ name: String, above least: Double? = nil) -> Double? {
        guard let node else { return nil }
        if case .number(let number, _) = node.value, number.isFinite, least.map({ number > $0 }) ?? true {
            return number
        }
        mismatch(node, name, least.map { "a number above \($0)" } ?? "a number")
        return nil
    }

    mutating func boolean(_ node: JSON5Node, _ name: String) -> Bool? {
        if case .boolean(let value) = node.value { return value }
        mismatch(node, name, "true or false")
        return nil
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: JSON5Node?, _ name: String, _: Choice.Type
    ) -> Choice? {
        guard let node else { return nil }
        if case .string(let text) = node.value, let choice = Choice(rawValue: text) { return choice }
        mismatch(node, name, "one of " + Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))
        return nil
    }

    mutating func reference(_ node: JSON5Node?, _ name: String) -> Reference? {
        guard let node else { return nil }
        if case .string(let text) = node.value, let reference = Reference(text) { return reference }
        mismatch(node, name, "a variable such as \"input.question\" or \"step.member\"")
        return nil
    }

    mutating func elements(_ node: JSON5Node?, _ name: String) -> [JSON5Node] {
        guard let node else { return [] }
        if case .array(let elements) = node.value { return elements }
        mismatch(node, name, "a list")
        return []
    }

    /// The node as plain JSON, which knows neither infinite numbers nor a name twice.
    mutating func json(_ node: JSON5Node) -> JSONValue {
        switch node.value {
        case .null: return .null
        case .boolean(let value): return .bool(value)
        case .string(let text): return .string(text)
        case .array(let elements): return .array(elements.map { json($0) })
        case .number(let number, _):
            if number.isFinite { return .number(number) }
            report(node.line, "\(node.shown) is no number of JSON")
            return .null
        case .object(let members):
            var object = JSONObject()
            for member in members {
                if object[member.name] != nil { report(member.line, "\"\(member.name)\" stands twice") }
                object[member.name] = json(member.node)
            }
            return .object(object)
        }
    }
}

import JSON

/// Names a value of a run: `input.question`, `draft`, `triage.risk`, `item`.
package struct Reference: Sendable, Equatable, CustomStringConvertible {
    package enum Source: Sendable, Equatable {
        case input(String)
        case step(String)
        /// The element that a fanned-out step is at.
        case item
    }

    package let source: Source
    /// Members to go down to.
    package let path: [String]

    /// - Returns: nil where it is no dotted name.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy(Reference.isName) else { return nil }
        switch parts[0] {
        case "input":
            guard parts.count >= 2 else { return nil }
            source = .input(parts[1])
            path = Array(parts[2...])
        case "item":
            source = .item
            path = Array(parts[1...])
        default:
            source = .step(parts[0])
            path = Array(parts[1...])
        }
    }

    /// Letters, digits, `_` and `-`, a letter first.
    package static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy {
            isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    package var description: String {
        let start =
            switch source {
            case .input(let name): "input." + name
            case .step(let name): name
            case .item: "item"
            }
        return ([start] + path).joined(separator: ".")
    }

    /// The value below `root` that the path leads to; nil where a member is missing.
    func value(below root: JSONValue) -> JSONValue? {
        var value = root
        for name in path {
            guard let member = value[name] else { return nil }
            value = member
        }
        return value
    }
}

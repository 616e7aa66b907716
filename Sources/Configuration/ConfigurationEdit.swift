import JSON5
import Support

/// A change to a configuration file's text that leaves everything else in it, comments too, as it is.
package struct ConfigurationEdit: Sendable {
    /// The file's text after it.
    package let text: String
    /// What is changed, a line each.
    package let changes: [String]

    /// Ends an experiment, and makes one of its variants the configuration.
    ///
    /// - Parameters:
    ///   - variant: nil leaves the settings as they are.
    ///   - text: of the file.
    /// - Returns: nil where the text is of no file that has the experiment.
    package init?(ending experiment: String, keeping variant: Settings.Experiment.Variant?, in text: String) {
        var editor = Editor(text)
        guard case .object(let members)? = (try? JSON5Parser.parse(text))?.value,
            let experiments = members.first(where: { $0.name == "experiments" }),
            case .object(let all) = experiments.node.value, let own = all.first(where: { $0.name == experiment })
        else { return nil }
        var added: [String] = []
        var changes: [String] = []
        for (key, value) in (variant?.overrides ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let member = members.first(where: { $0.name == key }) {
                editor.replace(member.valueRange, with: value.json5)
                changes.append("\(key): \(value.json5), was \(member.node.shown)")
            } else {
                added.append("\(key): \(value.json5)")
                changes.append("\(key): \(value.json5), was not set")
            }
        }
        let isLast = all.count == 1
        if isLast, !added.isEmpty {
            editor.replace(
                experiments.range, with: added.joined(separator: ",\n" + editor.indent(of: experiments.range)))
        } else {
            if !added.isEmpty { editor.insert(added, behind: experiments.range) }
            editor.remove(isLast ? experiments.range : own.range)
        }
        changes.append("experiments.\(experiment): removed")
        self.text = editor.result
        self.changes = changes
    }

    /// Replacements in a text, by its Unicode scalars.
    private struct Editor {
        let scalars: [Unicode.Scalar]
        private var replacements: [(range: Range<Int>, text: String)] = []

        init(_ text: String) {
            scalars = Array(text.unicodeScalars)
        }

        var result: String {
            var result = scalars
            for (range, text) in replacements.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
                result.replaceSubrange(range, with: Array(text.unicodeScalars))
            }
            return String(String.UnicodeScalarView(result))
        }

        mutating func replace(_ range: Range<Int>, with text: String) {
            replacements.append((range, text))
        }

        /// Members in lines of their own behind another.
        mutating func insert(_ members: [String], behind range: Range<Int>) {
            let lines = members.map { "\n" + indent(of: range) + $0 }
            if let comma = comma(behind: range) {
                replace(comma + 1..<comma + 1, with: lines.map { $0 + "," }.joined())
            } else {
                replace(range.upperBound..<range.upperBound, with: lines.map { "," + $0 }.joined())
            }
        }

        /// A member, its comma, and the line where nothing else stands on it.
        mutating func remove(_ range: Range<Int>) {
            var (start, end) = (range.lowerBound, comma(behind: range).map { $0 + 1 } ?? range.upperBound)
            while start > 0, isBlank(start - 1) { start -= 1 }
            while end < scalars.count, isBlank(end) { end += 1 }
            if start == 0 || scalars[start - 1] == "\n", end < scalars.count, scalars[end] == "\n" {
                replace(start..<end + 1, with: "")
            } else {
                replace(range.lowerBound..<end, with: "")
            }
        }

        private func isBlank(_ index: Int) -> Bool { scalars[index] == " " || scalars[index] == "\t" }

        /// The white space before a member in its line.
        func indent(of range: Range<Int>) -> String {
            var start = range.lowerBound
            while start > 0, isBlank(start - 1) { start -= 1 }
            guard start == 0 || scalars[start - 1] == "\n" else { return "    " }
            return String(String.UnicodeScalarView(scalars[start..<range.lowerBound]))
        }

        /// The comma behind a member; nil where the object ends without one.
        private func comma(behind range: Range<Int>) -> Int? {
            var index = range.upperBound
            while index < scalars.count {
                switch scalars[index] {
                case ",": return index
                case "}": return nil
                case "/" where scalars[index + 1] == "/":
                    while index < scalars.count, scalars[index] != "\n" { index += 1 }
                case "/":
                    index += 2
                    while !(scalars[index] == "*" && scalars[index + 1] == "/") { index += 1 }
                    index += 2
                default: index += 1
                }
            }
            return nil
        }
    }
}

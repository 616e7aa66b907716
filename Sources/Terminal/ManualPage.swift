/// A manual page in the making, in the macros of man(7).
package struct ManualPage: Sendable {
    /// The page so far, as groff reads it.
    package private(set) var text: String

    /// - Parameters:
    ///   - name: `refrain`
    ///   - section: `1`
    ///   - source: what the page belongs to, `refrain 0.1.0`.
    ///   - manual: `User Commands`
    ///   - summary: for the section NAME.
    package init(_ name: String, section: Int, source: String, manual: String, summary: String) {
        let title = [name.uppercased(), String(section), "", source, manual].map(Self.quoted).joined(separator: " ")
        // Words are not broken, and lines are not stretched: options and paths stay as they are typed.
        text = ".TH \(title)\n.nh\n.ad l\n"
        self.section("NAME")
        text += "\(Self.escaped(name)) \\- \(Self.escaped(summary))\n"
    }

    package mutating func section(_ title: String) { text += ".SH \(Self.quoted(title))\n" }

    package mutating func subsection(_ title: String) { text += ".SS \(Self.quoted(title))\n" }

    /// A paragraph; what stands between backquotes is set bold.
    package mutating func paragraph(_ words: String) { text += ".PP\n\(Self.inline(words))\n" }

    /// A term and its description below it.
    package mutating func item(_ term: String, _ description: String) {
        text += ".TP\n.B \(Self.quoted(term))\n\(Self.inline(description))\n"
    }

    /// Lines as they are, such as a command.
    package mutating func example(_ lines: String) {
        text += ".PP\n.RS 4\n.nf\n\(Self.escaped(lines))\n.fi\n.RE\n"
    }

    /// Backquoted words bold, all else plain.
    private static func inline(_ words: String) -> String {
        let parts = words.split(separator: "`", omittingEmptySubsequences: false).map { escaped(String($0)) }
        guard parts.count % 2 == 1 else { return escaped(words) }
        let text = parts.enumerated().map { $0 % 2 == 1 ? "\\fB\($1)\\fR" : $1 }.joined()
        return guarded(text)
    }

    /// A text that groff takes for nothing else: backslashes, hyphens that are typed, and a line's first character.
    static func escaped(_ text: String) -> String {
        let characters = text.map { character -> String in
            switch character {
            case "\\": "\\e"
            case "-": "\\-"
            case "'": "\\(aq"
            case "`": "\\(ga"
            case "^": "\\(ha"
            case "~": "\\(ti"
            case "→": "\\(->"
            case "…": "..."
            default: String(character)
            }
        }
        return characters.joined().split(separator: "\n", omittingEmptySubsequences: false)
            .map { guarded(String($0)) }.joined(separator: "\n")
    }

    /// A line that begins with no control character.
    private static func guarded(_ line: String) -> String { line.hasPrefix(".") ? "\\&" + line : line }

    /// An argument of a macro.
    private static func quoted(_ text: String) -> String {
        "\"" + escaped(text).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\(dq") + "\""
    }
}

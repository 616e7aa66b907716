/// What a help text is about.
package enum HelpTopic: Sendable, Equatable {
    case program
    /// The commands that share a first word.
    case group(String)
    case command(CommandSpecification)
    /// The settings, each of which is an option too.
    case settings
}

extension ProgramSpecification {
    /// The help, generated from the specification.
    ///
    /// - Parameter width: columns; nil, where there is no terminal, counts as 80.
    package func help(_ topic: HelpTopic, width: Int? = nil) -> String {
        let layout = HelpLayout(terminal: width)
        switch topic {
        case .program: return programHelp(layout)
        case .group(let word): return groupHelp(word, layout)
        case .command(let command): return commandHelp(command, layout)
        case .settings: return layout.section("Settings, as options of every command", settings.map(row))
        }
    }

    /// Paragraphs, then rows of a term and its description, set like a help text.
    package func text(
        _ paragraphs: [String], section: (title: String, rows: [(term: String, description: String)]), width: Int?
    ) -> String {
        let layout = HelpLayout(terminal: width)
        return (paragraphs.map(layout.paragraph) + [layout.section(section.title, section.rows)])
            .joined(separator: "\n")
    }

    /// What this is, in a line.
    package var heading: String { "\(name) \(version): \(summary)" }

    private func programHelp(_ layout: HelpLayout) -> String {
        let sections = [
            layout.paragraph(heading),
            "Usage: \(name) COMMAND [OPTIONS]\n",
            layout.section("Commands", commands.map { ($0.name, $0.summary) }),
            layout.section("Options for every command", (globalOptions + [.help, .version]).map(row)),
            layout.paragraph("`\(name) COMMAND --help` says more about a command." + settingsHint),
        ]
        return sections.joined(separator: "\n")
    }

    private var settingsHint: String {
        settings.isEmpty ? "" : " Every setting is an option, too: `\(name) help settings` lists them."
    }

    private func groupHelp(_ word: String, _ layout: HelpLayout) -> String {
        let sections = [
            "Usage: \(name) \(word) COMMAND [OPTIONS]\n",
            layout.section("Commands", commands(inGroup: word).map { ($0.name, $0.summary) }),
            layout.paragraph("`\(name) \(word) COMMAND --help` says more about a command."),
        ]
        return sections.joined(separator: "\n")
    }

    private func commandHelp(_ command: CommandSpecification, _ layout: HelpLayout) -> String {
        var sections = [
            layout.paragraph(command.summary.capitalizedSentence),
            "Usage: \(usage(of: command))\n",
        ]
        if !command.arguments.isEmpty {
            sections.append(
                layout.section("Arguments", command.arguments.map { ($0.value.name, describe($0.summary, $0.value)) }))
        }
        if !command.options.isEmpty { sections.append(layout.section("Options", command.options.map(row))) }
        sections.append(layout.section("Options for every command", (globalOptions + [.help]).map(row)))
        if !settings.isEmpty { sections.append(layout.paragraph(String(settingsHint.dropFirst()))) }
        sections.append("Example:\n  \(command.example)\n")
        return sections.joined(separator: "\n")
    }

    /// `refrain import FILE [OPTIONS]`
    func usage(of command: CommandSpecification) -> String {
        ([name, command.name] + command.arguments.map(\.usage) + ["[OPTIONS]"]).joined(separator: " ")
    }

    func row(_ option: OptionSpecification) -> (String, String) {
        var notes: [String] = []
        if option.isRepeatable { notes.append("may be repeated") }
        if let text = option.defaultText { notes.append("default: \(text)") }
        let indent = option.short == nil ? "    " : ""
        return (indent + option.usage, describe(option.summary, option.value, notes))
    }

    func describe(_ summary: String, _ value: ValueSpecification?, _ notes: [String] = []) -> String {
        let choices = value?.choices.map { ["one of " + $0.joined(separator: ", ")] } ?? []
        let all = choices + notes
        return all.isEmpty ? summary : "\(summary) (\(all.joined(separator: "; ")))"
    }
}

/// Sets paragraphs and two-column sections within a width.
private struct HelpLayout {
    let width: Int

    /// - Parameter columns: the terminal's; nil where there is none.
    init(terminal columns: Int?) {
        // Past 100 columns lines get hard to read; below 40 there is no room for two columns.
        width = min(max(columns ?? 80, 40), 100)
    }

    func paragraph(_ text: String) -> String {
        wrap(text, to: width).joined(separator: "\n") + "\n"
    }

    /// A title, then rows of a term and its description.
    func section(_ title: String, _ rows: [(term: String, description: String)]) -> String {
        let longest = rows.map { DisplayWidth.of($0.term) }.max() ?? 0
        // A few long terms must not squeeze all descriptions: those stand on a line of their own.
        let column = min(longest, max(width / 3, 20))
        var text = "\(title):\n"
        for row in rows {
            let termWidth = DisplayWidth.of(row.term)
            var lines = wrap(row.description, to: width - column - 4)[...]
            text += "  " + row.term
            if termWidth <= column, let first = lines.popFirst() {
                text += String(repeating: " ", count: column - termWidth + 2) + first
            }
            text += "\n"
            for line in lines { text += String(repeating: " ", count: column + 4) + line + "\n" }
        }
        return text
    }

    private func wrap(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, DisplayWidth.of(line) + 1 + DisplayWidth.of(word) > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return lines + [line]
    }
}

extension String {
    /// With its first letter upper-case and a full stop, as a paragraph begins and ends.
    var capitalizedSentence: String {
        prefix(1).uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".")
    }
}

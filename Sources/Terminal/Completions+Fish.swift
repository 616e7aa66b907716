extension ProgramSpecification {
    var fishCompletions: String {
        var lines = [
            "# fish completion for \(name); load it with: \(name) completions fish | source",
            "complete -c \(name) -f",
        ]
        let none = "not __fish_seen_subcommand_from \(firstWords.joined(separator: " "))"
        lines += leadingOptions.map { fishOption($0, condition: nil) }
        lines += topWords.map { fishWord($0.word, $0.summary, condition: none) }
        for group in groups {
            let seconds = group.commands.map { $0.words[1] }.joined(separator: " ")
            let condition = "__fish_seen_subcommand_from \(group.word); and not __fish_seen_subcommand_from \(seconds)"
            lines += group.commands.map { fishWord($0.words[1], $0.summary, condition: condition) }
        }
        for command in commands {
            let condition = command.words.map { "__fish_seen_subcommand_from \($0)" }.joined(separator: "; and ")
            lines += command.options.map { fishOption($0, condition: condition) }
            if let value = command.arguments.last?.value, value.completion != .nothing {
                lines.append("complete -c \(name) -n \(fishQuoted(condition)) \(fishAction(value))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func fishWord(_ word: String, _ summary: String, condition: String) -> String {
        "complete -c \(name) -n \(fishQuoted(condition)) -a \(word) -d \(fishQuoted(summary))"
    }

    private func fishOption(_ option: OptionSpecification, condition: String?) -> String {
        var parts = ["complete -c \(name)"]
        if let condition { parts.append("-n \(fishQuoted(condition))") }
        if let short = option.short { parts.append("-s \(short)") }
        parts.append("-l \(option.name)")
        if let value = option.value { parts.append("-r \(fishAction(value))") }
        parts.append("-d \(fishQuoted(option.summary))")
        return parts.joined(separator: " ")
    }

    private func fishAction(_ value: ValueSpecification) -> String {
        switch value.completion {
        case .nothing: "-f"
        case .file: "-F"
        case .directory: "-f -a '(__fish_complete_directories)'"
        case .choices(let words): "-f -a \(fishQuoted(words.joined(separator: " ")))"
        }
    }

    /// Within single quotes fish reads backslashes as escapes of a quote or a backslash.
    private func fishQuoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
    }
}

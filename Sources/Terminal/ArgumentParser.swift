import Support

/// What a command line asks for.
package enum Invocation: Sendable {
    case help(HelpTopic)
    case version
    case run(ParsedArguments)
}

/// Turns the arguments of a process into what they ask for, or says what is wrong with them.
package struct ArgumentParser: Sendable {
    private let program: ProgramSpecification

    package init(_ program: ProgramSpecification) {
        self.program = program
    }

    /// - Parameter arguments: those of the process without its name.
    package func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
        // No value of an option may begin with a dash unless attached, so every --help before "--" means help.
        let wantsHelp = arguments.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
        var scan = Scan(rest: arguments[...])
        try scan.takeOptions(program.leadingOptions, in: program.name, stopsAtWord: true)
        if scan.given["version"] != nil { return .version }
        guard let word = scan.rest.first else { return .help(.program) }
        if word == "help" { return .help(try helpTopic(scan.rest.dropFirst())) }
        if wantsHelp { return .help(try helpTopic(scan.rest.prefix { !$0.hasPrefix("-") })) }
        let command = try findCommand(scan.rest)
        scan.rest = scan.rest.dropFirst(command.words.count)
        let options = program.options(of: command)
        try scan.takeOptions(options, in: "\(program.name) \(command.name)", stopsAtWord: false)
        try check(scan.words, fit: command)
        return .run(
            ParsedArguments(
                command: command, known: options.map(\.name), arguments: scan.words, given: scan.given))
    }

    /// The longest command whose words the arguments begin with.
    private func findCommand(_ words: ArraySlice<String>) throws(UsageError) -> CommandSpecification {
        let matches = program.commands.filter { words.starts(with: $0.words) }
        if let command = matches.max(by: { $0.words.count < $1.words.count }) { return command }
        let first = words[words.startIndex]
        let group = program.commands(inGroup: first)
        guard !group.isEmpty else {
            throw UsageError(
                "unknown command \"\(first)\"",
                remedy: closest(to: first, among: program.firstWords + ["help"]).map { "did you mean \"\($0)\"?" }
                    ?? "see `\(program.name) help`")
        }
        let seconds = group.map { $0.words[1] }
        let alternatives = "it is one of: \(seconds.joined(separator: ", "))"
        guard let second = words.dropFirst().first, !second.hasPrefix("-") else {
            throw UsageError("\"\(first)\" needs a command after it", remedy: alternatives)
        }
        throw UsageError(
            "unknown command \"\(first) \(second)\"",
            remedy: closest(to: second, among: seconds).map { "did you mean \"\(first) \($0)\"?" } ?? alternatives)
    }

    private func helpTopic(_ words: ArraySlice<String>) throws(UsageError) -> HelpTopic {
        guard let first = words.first, first != "help" else { return .program }
        if first == "settings", words.count == 1, !program.settings.isEmpty { return .settings }
        if words.count == 1, program.commands.allSatisfy({ $0.name != first }),
            !program.commands(inGroup: first).isEmpty
        {
            return .group(first)
        }
        return .command(try findCommand(words))
    }

    private func check(_ words: [String], fit command: CommandSpecification) throws(UsageError) {
        let specifications = command.arguments
        let remedy = "see `\(program.name) \(command.name) --help`"
        if words.count < specifications.count, specifications[words.count].isRequired {
            throw UsageError("\(command.name) needs \(specifications[words.count].value.name)", remedy: remedy)
        }
        if words.count > specifications.count, specifications.last?.takesMany != true {
            let extra = words[specifications.count]
            throw UsageError("\(command.name) does not take the argument \"\(extra)\"", remedy: remedy)
        }
        for (index, word) in words.enumerated() {
            let value = specifications[min(index, specifications.count - 1)].value
            try value.check(word, name: value.name)
        }
    }
}

/// The state of reading a command line from left to right.
private struct Scan {
    var rest: ArraySlice<String>
    var words: [String] = []
    var given: [String: [String]] = [:]
    /// Whether "--" was seen: what follows are words, whatever they begin with.
    var isOver = false

    /// Takes options, and words between them unless it is to stop there.
    mutating func takeOptions(
        _ options: [OptionSpecification], in context: String, stopsAtWord: Bool
    ) throws(UsageError) {
        while let argument = rest.first {
            if isOver || argument == "-" || !argument.hasPrefix("-") {
                if stopsAtWord { return }
                words.append(argument)
                rest.removeFirst()
            } else if argument == "--" {
                isOver = true
                rest.removeFirst()
            } else {
                rest.removeFirst()
                try takeOption(argument, options, in: context)
            }
        }
    }

    private mutating func takeOption(
        _ argument: String, _ options: [OptionSpecification], in context: String
    ) throws(UsageError) {
        // Only the first "=" separates: a value may hold others.
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let spelled = parts[0]
        let attached = parts.count > 1 ? parts[1] : nil
        guard let option = options.first(where: { "--" + $0.name == spelled || isShort($0, spelled) }) else {
            let near = closest(to: spelled, among: options.map { "--" + $0.name })
            let otherwise =
                argument.contains(" ")
                ? "put -- before an argument that begins with a dash" : "see `\(context) --help`"
            throw UsageError(
                "unknown option \(spelled)", remedy: near.map { "did you mean \($0)?" } ?? otherwise)
        }
        guard let value = option.value else {
            guard attached == nil else { throw UsageError("--\(option.name) takes no value") }
            given[option.name] = [""]
            return
        }
        guard let text = attached ?? takeValue() else {
            throw UsageError("--\(option.name) needs a value", remedy: "write --\(option.name) \(value.name)")
        }
        try value.check(text, name: "--" + option.name)
        guard option.isRepeatable || given[option.name] == nil else {
            throw UsageError("--\(option.name) is given twice")
        }
        given[option.name, default: []].append(text)
    }

    private func isShort(_ option: OptionSpecification, _ spelled: String) -> Bool {
        option.short.map { "-\($0)" == spelled } ?? false
    }

    /// The next argument, unless it looks like an option; a negative number does not.
    private mutating func takeValue() -> String? {
        guard let next = rest.first, !next.hasPrefix("-") || next == "-" || Double(next) != nil else { return nil }
        rest.removeFirst()
        return next
    }
}

extension ValueSpecification {
    /// - Parameter name: what the user calls it.
    fileprivate func check(_ word: String, name: String) throws(UsageError) {
        guard let choices, !choices.contains(word) else { return }
        throw UsageError(
            "\(name) is one of \(choices.joined(separator: ", ")), not \"\(word)\"",
            remedy: closest(to: word, among: choices).map { "did you mean \($0)?" })
    }
}

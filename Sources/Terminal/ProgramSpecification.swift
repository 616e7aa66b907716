/// The whole command line of a program: the single source of the parser, the help and the completions.
package struct ProgramSpecification: Sendable {
    package let name: String
    package let summary: String
    package let version: String
    /// Accepted by every command, and before it.
    package let globalOptions: [OptionSpecification]
    /// Accepted like the global options, but too many for every help text: `help settings` lists them.
    package let settings: [OptionSpecification]
    package let commands: [CommandSpecification]

    package init(
        name: String, summary: String, version: String, globalOptions: [OptionSpecification] = [],
        settings: [OptionSpecification] = [],
        commands: [CommandSpecification]
    ) {
        self.name = name
        self.summary = summary
        self.version = version
        self.globalOptions = globalOptions
        self.settings = settings
        self.commands = commands
        for command in commands {
            let names = options(of: command).map(\.name)
            precondition(Set(names).count == names.count, "an option of \(command.name) is declared twice")
        }
        precondition(Set(commands.map(\.name)).count == commands.count, "a command is declared twice")
    }

    /// The command's own options, then the global ones and the settings, then `--help`.
    func options(of command: CommandSpecification) -> [OptionSpecification] {
        command.options + globalOptions + settings + [.help]
    }

    /// What may stand before a command.
    var leadingOptions: [OptionSpecification] { globalOptions + settings + [.help, .version] }

    /// The first words of all commands, each once, in order.
    var firstWords: [String] {
        var words: [String] = []
        for command in commands where !words.contains(command.words[0]) { words.append(command.words[0]) }
        return words
    }

    /// The commands of a group: `config` → `config check`.
    func commands(inGroup word: String) -> [CommandSpecification] {
        commands.filter { $0.words.count > 1 && $0.words[0] == word }
    }
}

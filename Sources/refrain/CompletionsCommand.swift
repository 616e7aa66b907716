import Terminal

/// `refrain completions`: what a shell needs to complete this program's words.
enum CompletionsCommand: Command {
    static let specification = CommandSpecification(
        "completions", "print the completions for a shell",
        arguments: [
            ArgumentSpecification(ValueSpecification("SHELL", choices: Shell.allCases.map(\.rawValue)), "the shell")
        ],
        example: "source <(refrain completions bash)")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        guard let shell = Shell(rawValue: context.arguments.arguments[0]) else {
            preconditionFailure("the parser accepts known shells only")
        }
        try context.console.write(Program.specification.completions(for: shell))
        return .success
    }
}

import Terminal

/// `refrain manual`: the source of a manual page.
enum ManualCommand: Command {
    static let specification = CommandSpecification(
        "manual", "print the source of a manual page, for man(1)",
        arguments: [
            ArgumentSpecification(ValueSpecification("PAGE", choices: ManualPages.all.map(\.file)), "the page")
        ],
        example: "refrain manual refrain.1 | man -l -")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        guard let page = ManualPages.all.first(where: { $0.file == context.arguments.arguments[0] }) else {
            preconditionFailure("the parser accepts known pages only")
        }
        try context.console.write(page.text())
        return .success
    }
}

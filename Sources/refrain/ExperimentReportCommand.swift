import HTTP
import JSON
import Terminal

/// `refrain experiment report`: what came of an experiment so far.
enum ExperimentReportCommand: Command {
    static let specification = CommandSpecification(
        "experiment report", "show what each variant costs and how good it is, with certainty",
        arguments: [ArgumentSpecification(ValueSpecification("NAME"), "the experiment")],
        options: [
            OptionSpecification(
                "since", value: ValueSpecification("AGE"), defaultText: "365d", "the time looked at: 12h, 7d, 365d")
        ],
        example: "refrain experiment report answers")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let name = context.arguments.arguments[0]
        let since = try EntryFilterOptions.seconds(context.arguments.value("since") ?? "365d", option: "since")
        let reply = try await context.withService { connection in
            try await connection.send(
                Request("GET", "/experiments/\(name)", query: [("since_seconds", String(since))]))
        }
        if context.wantsJSON {
            try context.print(reply)
            return .success
        }
        let text = ExperimentText(reply)
        try context.console.write(text.table.text(context.console.output))
        for line in text.notes { try context.console.writeLine(line) }
        return .success
    }
}

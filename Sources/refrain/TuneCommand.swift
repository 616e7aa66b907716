import HTTP
import JSON
import Terminal

/// `refrain tune`: what the ledger says should be changed.
enum TuneCommand: Command {
    static let specification = CommandSpecification(
        "tune", "say what to change, from what was measured",
        options: [
            OptionSpecification(
                "since", value: ValueSpecification("AGE"), defaultText: "30d", "the time looked at: 12h, 7d, 365d")
        ],
        example: "refrain tune --since 30d")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let since = try EntryFilterOptions.seconds(context.arguments.value("since") ?? "30d", option: "since")
        let query = [(name: "since_seconds", value: String(since))]
        let (reply, tuning) = try await context.withService { connection in
            (
                try await connection.send(Request("GET", "/report/advice", query: query)),
                try await connection.send(Request("GET", "/report/tuning", query: query))
            )
        }
        if context.wantsJSON {
            try context.print(reply.adding("tuning", tuning))
            return .success
        }
        let advice = reply["advice"]?.array ?? []
        for one in advice {
            try context.console.writeLine("\(one["finding"]?.string ?? ""):")
            try context.console.writeLine("    \(one["proposal"]?.string ?? "")")
        }
        if advice.isEmpty {
            let requests = Format.count(reply["requests"]?.int ?? 0)
            try context.console.writeLine("nothing to change after \(requests) requests")
        }
        try TuningText(tuning).write(context.console)
        return .success
    }
}

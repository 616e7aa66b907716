import HTTP
import JSON
import Ledger
import Support
import Terminal

/// `refrain report`: what it cost, what it saved, and whether it was good.
enum ReportCommand: Command {
    static let specification = CommandSpecification(
        "report", "show what was asked, spent and saved, and how good it was",
        options: [
            OptionSpecification(
                "since", value: ValueSpecification("AGE"), defaultText: "7d",
                "the time reported on: 12h, 7d, 365d; whole hours"),
            OptionSpecification(
                "by", value: ValueSpecification("WHAT"), defaultText: "day",
                "tell apart by \(Grouping.choices.joined(separator: ", "))"),
            OptionSpecification("limit", value: ValueSpecification("N"), defaultText: "50", "show N rows at most"),
            OptionSpecification("csv", "print CSV, every number and every row"),
        ],
        example: "refrain report --since 30d --by label:ticket")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let limit = try context.arguments.integer("limit", in: 1...Int.max) ?? 50
        let wantsCSV = context.arguments.has("csv")
        if wantsCSV, context.wantsJSON { throw UsageError("--csv and --json exclude each other") }
        let since = context.arguments.value("since") ?? "7d"
        let by = context.arguments.value("by") ?? "day"
        guard let grouping = Grouping(by) else {
            let hint = closest(to: by, among: Grouping.choices).map { "did you mean \($0)?" }
            throw UsageError(
                "a report is not told apart by \"\(by)\"", remedy: hint ?? Grouping.choices.joined(separator: ", "))
        }
        let query: [(name: String, value: String)] = [
            ("since_seconds", String(try EntryFilterOptions.seconds(since, option: "since"))), ("by", by),
        ]
        try await context.withService { connection in
            if wantsCSV {
                let csv = try await connection.text(Request("GET", "/report", query: query + [("format", "csv")]))
                return try context.console.write(csv)
            }
            let report = try await connection.send(Request("GET", "/report", query: query))
            if context.wantsJSON { return try context.print(report) }
            try show(ReportText(report, grouping), limit, context.console)
        }
        return .success
    }

    private static func show(_ text: ReportText, _ limit: Int, _ console: Console) throws {
        try console.writeLine(text.heading)
        try console.write(text.table(limit: limit).text(console.output))
        for line in text.notes(limit: limit) { try console.writeLine(line) }
    }
}

import JSON
import Support
import Terminal

/// `refrain entries`: what is stored, a line each.
enum EntriesCommand: Command {
    static let specification = CommandSpecification(
        "entries", "list the stored questions",
        options: EntryFilterOptions.all + [
            OptionSpecification("limit", value: ValueSpecification("N"), defaultText: "50", "list N at most")
        ],
        example: "refrain entries --tag billing --limit 20")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let limit = try context.arguments.integer("limit", in: 1...Int.max) ?? 50
        var rows: [JSONValue] = []
        try await context.withService { connection in
            try await EntryPages.forEach(connection, try EntryFilterOptions.query(context), most: limit) {
                rows.append($0)
            }
        }
        if context.wantsJSON {
            for row in rows { try context.print(row) }
            return .success
        }
        var table = Table([
            Table.Column("id", .right), Table.Column("hits", .right), Table.Column("created"),
            Table.Column("question", shrinksTo: 24), Table.Column("answer", shrinksTo: 16),
            Table.Column("tags", shrinksTo: 8),
        ])
        for row in rows {
            table.append([
                String(row["id"]?.int ?? 0), Format.count(row["hits"]?.int ?? 0),
                String((row["created"]?.string ?? "").prefix(10)), row["question"]?.string ?? "",
                firstLine(row["answer"]?.string ?? ""),
                (row["tags"]?.array ?? []).compactMap(\.string).joined(separator: ", "),
            ])
        }
        if rows.isEmpty {
            context.console.show("no entries; `refrain import FILE` puts some in")
        } else {
            try context.console.write(table.text(context.console.output))
        }
        return .success
    }

    private static let answerCharactersMax = 60

    /// The start of an answer; the whole of it is for `show`.
    private static func firstLine(_ text: String) -> String {
        let line = text.prefix { $0 != "\n" }
        return line.count > answerCharactersMax || line.count < text.count
            ? line.prefix(answerCharactersMax) + "…" : String(line)
    }
}

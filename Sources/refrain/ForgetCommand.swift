import HTTP
import JSON
import Terminal

/// `refrain forget`: removes entries with everything that followed from them.
enum ForgetCommand: Command {
    static let specification = CommandSpecification(
        "forget", "remove entries, with their aliases and verdicts",
        arguments: [ArgumentSpecification(ValueSpecification("ID"), "entries by their numbers", .any)],
        options: EntryFilterOptions.all + [
            OptionSpecification("personal-data", "entries with an address, a number or a secret of somebody in them"),
            OptionSpecification("all", "every entry"),
        ],
        example: "refrain forget --tag prices --older-than 30d")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let ids = try context.arguments.arguments.map { text throws(UsageError) in try EntryNumber.parse(text) }
        var query = try EntryFilterOptions.query(context)
        if context.arguments.has("personal-data") { query.append(("personal_data", "true")) }
        if context.arguments.has("all") { query.append(("all", "true")) }
        guard ids.isEmpty != query.isEmpty else {
            throw UsageError(
                ids.isEmpty ? "forget needs to know what" : "forget takes numbers or a filter, not both",
                remedy: "give entries' numbers, or --tag, --scope, --text, --older-than, --personal-data, or --all")
        }
        var forgotten: [JSONValue] = []
        var unknown: [Int] = []
        try await context.withService { connection in
            if ids.isEmpty {
                let reply = try await connection.send(Request("DELETE", "/cache/entries", query: query))
                forgotten = reply["forgotten"]?.array ?? []
            }
            for id in ids {
                let reply = try await connection.send(Request("DELETE", "/cache/entries/\(id)"), accepting: [404])
                if let found = reply["forgotten"]?.array { forgotten += found } else { unknown.append(id) }
            }
        }
        for id in unknown { context.console.show("there is no entry \(id)") }
        if context.wantsJSON {
            try context.print(["forgotten": .array(forgotten)])
        } else {
            try context.console.writeLine(
                forgotten.count == 1 ? "1 entry forgotten" : "\(Format.count(forgotten.count)) entries forgotten")
        }
        return unknown.isEmpty && !forgotten.isEmpty ? .success : .no
    }
}

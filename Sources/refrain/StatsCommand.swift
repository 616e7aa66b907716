import HTTP
import JSON
import Terminal

/// `refrain stats`: what is stored and what was asked.
enum StatsCommand: Command {
    static let specification = CommandSpecification(
        "stats", "show what is stored, asked and saved", example: "refrain stats --json")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let statistics = try await context.withService { try await $0.send(Request("GET", "/cache/stats")) }
        if context.wantsJSON {
            try context.print(statistics)
            return .success
        }
        var table = Table([Table.Column("what"), Table.Column("value", .right)])
        rows(statistics, prefix: "", into: &table)
        try context.console.write(table.text(context.console.output))
        return .success
    }

    private static func rows(_ value: JSONValue, prefix: String, into table: inout Table) {
        for member in value.object?.members ?? [] {
            let name = prefix + member.name
            switch member.value {
            case .object: rows(member.value, prefix: name + ".", into: &table)
            case .number(let number):
                table.append([name, number.int.map(Format.count) ?? number.text])
            case .string(let text): table.append([name, text])
            case .bool(let flag): table.append([name, flag ? "yes" : "no"])
            case .null: table.append([name, "–"])
            case .array: continue
            }
        }
    }
}

import Configuration
import JSON
import Terminal

/// `refrain config check`: the settings in force, and where each comes from.
enum ConfigCheckCommand: Command {
    static let specification = CommandSpecification(
        "config check", "show every setting and where it comes from",
        example: "refrain config check --config refrain.json5")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let resolution = try context.configuration()
        if context.wantsJSON {
            var object = JSONObject()
            for value in resolution.values {
                object[value.key] = ["value": .string(value.text), "origin": .string("\(value.origin)")]
            }
            try context.print(.object(object))
            return .success
        }
        var table = Table([Table.Column("setting"), Table.Column("value", shrinksTo: 20), Table.Column("from")])
        for value in resolution.values { table.append([value.key, value.text, "\(value.origin)"]) }
        table.append([
            "API key", resolution.keyOrigin == nil ? "none" : "set", resolution.keyOrigin.map { "\($0)" } ?? "–",
        ])
        try context.console.write(table.text(context.console.output))
        return .success
    }
}

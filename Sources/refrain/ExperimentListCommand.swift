import HTTP
import JSON
import Terminal

/// `refrain experiment list`: what is tried on the traffic.
enum ExperimentListCommand: Command {
    static let specification = CommandSpecification(
        "experiment list", "list the experiments and their variants", example: "refrain experiment list")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let reply = try await context.withService { try await $0.send(Request("GET", "/experiments")) }
        if context.wantsJSON {
            try context.print(reply)
            return .success
        }
        let experiments = reply["experiments"]?.array ?? []
        if experiments.isEmpty {
            try context.console.writeLine("no experiment is configured")
            return .success
        }
        var table = Table([
            Table.Column("experiment"), Table.Column("variant"), Table.Column("share", .right),
            Table.Column("settings", shrinksTo: 20), Table.Column("sticky by"), Table.Column("quality"),
        ])
        for experiment in experiments {
            let floor = experiment["quality_floor"]?.double.map(Format.percent) ?? ""
            for variant in experiment["variants"]?.array ?? [] {
                table.append([
                    experiment["name"]?.string ?? "", variant["variant"]?.string ?? "",
                    variant["share"]?.double.map(Format.percent) ?? "", ExperimentText.settings(variant),
                    experiment["sticky"]?.string ?? "", "\(experiment["quality"]?.string ?? "") ≥ \(floor)",
                ])
            }
        }
        try context.console.write(table.text(context.console.output))
        return .success
    }
}

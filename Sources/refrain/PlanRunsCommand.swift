import HTTP
import JSON
import Support
import Terminal

/// `refrain plan runs`: the runs that are kept, or one of them.
enum PlanRunsCommand: Command {
    static let specification = CommandSpecification(
        "plan runs", "list the runs of plans, the newest first, or show one",
        arguments: [ArgumentSpecification(ValueSpecification("ID"), "a run to show", .optional)],
        options: [
            OptionSpecification("plan", value: ValueSpecification("NAME"), "only the runs of this plan"),
            OptionSpecification("limit", value: ValueSpecification("N"), defaultText: "20", "list N at most"),
        ],
        example: "refrain plan runs --plan support --limit 5")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        if let word = context.arguments.arguments.first {
            let path = try PlanRunNumber.path(word)
            try PlanRunView.show(try await context.withService { try await $0.send(Request("GET", path)) }, context)
            return .success
        }
        let limit = try context.arguments.integer("limit", in: 1...Limits.planRunsPerPageMax) ?? 20
        var query = [(name: "limit", value: String(limit))]
        if let plan = context.arguments.value("plan") { query.append((name: "plan", value: plan)) }
        let reply = try await context.withService { [query] in
            try await $0.send(Request("GET", "/plans/runs", query: query))
        }
        let runs = reply["runs"]?.array ?? []
        if context.wantsJSON {
            for run in runs { try context.print(run) }
        } else if runs.isEmpty {
            context.console.show("no runs; `refrain plan run NAME` makes one")
        } else {
            try context.console.write(table(runs).text(context.console.output))
        }
        return .success
    }

    private static func table(_ runs: [JSONValue]) -> Table {
        var table = Table([
            Table.Column("id", .right), Table.Column("plan"), Table.Column("status"), Table.Column("created"),
            Table.Column("about", .right), Table.Column("cost", .right), Table.Column("failure", shrinksTo: 16),
        ])
        for run in runs {
            let created = (run["created"]?.string ?? "").prefix("2026-01-01T00:00:00".count)
            table.append([
                Table.Cell(String(run["id"]?.int ?? 0)), Table.Cell(run["plan"]?.string ?? ""),
                Table.Cell(run["status"]?.string ?? ""), Table.Cell(String(created).replacing("T", with: " ")),
                Table.Cell(run["entry"]?.int.map { "entry \($0)" } ?? ""), Table.Cell(PlanRunView.dollars(run) ?? ""),
                Table.Cell(run["failure"]?.string ?? ""),
            ])
        }
        return table
    }
}

/// `refrain plan resume`: has a run go on.
enum PlanResumeCommand: Command {
    static let specification = CommandSpecification(
        "plan resume", "go on with a run at its first step that is not over; exit 1 if it fails",
        arguments: [ArgumentSpecification(ValueSpecification("ID"), "the run")],
        options: [
            OptionSpecification("choose", value: ValueSpecification("N"), "what a waiting run goes on with, from 1")
        ],
        example: "refrain plan resume 7 --choose 2")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let path = try PlanRunNumber.path(context.arguments.arguments[0])
        var body = JSONObject()
        if let choice = try context.arguments.integer("choose", in: 1...Limits.planPartsMax) {
            body["choose"] = .number(choice)
        }
        return try await PlanRunView.follow(context, path + "/resume", body)
    }
}

/// `refrain plan cancel`: calls a run off.
enum PlanCancelCommand: Command {
    static let specification = CommandSpecification(
        "plan cancel", "call off a run that is not over",
        arguments: [ArgumentSpecification(ValueSpecification("ID"), "the run")],
        example: "refrain plan cancel 7")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let path = try PlanRunNumber.path(context.arguments.arguments[0])
        try PlanRunView.show(try await context.withService { try await $0.post(path + "/cancel", [:]) }, context)
        return .success
    }
}

enum PlanRunNumber {
    /// The path of the run that a word names.
    static func path(_ word: String) throws(UsageError) -> String {
        guard let number = Int(word), number > 0 else {
            throw UsageError("\"\(word)\" is no run's number", remedy: "`refrain plan runs` shows them")
        }
        return "/plans/runs/\(number)"
    }
}

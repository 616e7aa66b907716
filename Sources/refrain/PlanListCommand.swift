import HTTP
import JSON
import Plans
import Terminal

/// `refrain plan list`: the plans that can be run.
enum PlanListCommand: Command {
    static let specification = CommandSpecification(
        "plan list", "list the plans, built-in ones and your own", example: "refrain plan list")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let reply = try await context.withService { try await $0.send(Request("GET", "/plans")) }
        if context.wantsJSON {
            try context.print(reply)
            return .success
        }
        var table = Table([
            Table.Column("plan"), Table.Column("inputs"), Table.Column("steps", shrinksTo: 12),
            Table.Column("summary", shrinksTo: 20),
        ])
        func words(_ value: JSONValue?) -> String { (value?.array ?? []).compactMap(\.string).joined(separator: ", ") }
        for plan in reply["plans"]?.array ?? [] {
            table.append([
                plan["name"]?.string ?? "", words(plan["inputs"]), words(plan["steps"]), plan["summary"]?.string ?? "",
            ])
        }
        try context.console.write(table.text(context.console.output))
        return .success
    }
}

/// `refrain plan show`: a built-in plan's file, to be copied and changed.
enum PlanShowCommand: Command {
    static let specification = CommandSpecification(
        "plan show", "print a built-in plan's file, to copy and change it",
        arguments: [ArgumentSpecification(ValueSpecification("NAME"), "the plan")],
        example: "refrain plan show route > route.json5")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let name = context.arguments.arguments[0]
        guard let text = PlanLibrary.builtIn[name] else {
            throw CommandError(
                "there is no built-in plan \"\(name)\"",
                remedy: "there are " + PlanLibrary.builtIn.keys.sorted().joined(separator: ", "))
        }
        try context.console.write(text)
        return .success
    }
}

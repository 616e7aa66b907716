import JSON
import Terminal

/// `refrain feedback`: says whether an entry's answer was good.
enum FeedbackCommand: Command {
    static let specification = CommandSpecification(
        "feedback", "say whether an entry's answer was good",
        arguments: [
            ArgumentSpecification(ValueSpecification("ID"), "the entry's number"),
            ArgumentSpecification(ValueSpecification("VERDICT", choices: ["good", "bad"]), "good or bad"),
        ],
        options: [OptionSpecification("comment", value: ValueSpecification("TEXT"), "why")],
        example: "refrain feedback 7 bad --comment \"outdated\"")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let words = context.arguments.arguments
        var body: JSONObject = ["entry": .number(try EntryNumber.parse(words[0])), "verdict": .string(words[1])]
        if let comment = context.arguments.value("comment") { body["comment"] = .string(comment) }
        let reply = try await context.withService { try await $0.post("/cache/feedback", .object(body)) }
        if context.wantsJSON {
            try context.print(reply)
        } else {
            try context.console.writeLine("noted: entry \(words[0]) is \(words[1])")
        }
        return .success
    }
}

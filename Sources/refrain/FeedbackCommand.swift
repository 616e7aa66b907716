import JSON
import Terminal

/// `refrain feedback`: says how good an answer was, or all that has a label.
enum FeedbackCommand: Command {
    static let specification = CommandSpecification(
        "feedback", "say how good an answer was",
        arguments: [
            ArgumentSpecification(
                ValueSpecification("SUBJECT"), "an entry's number, a request's x-request-id, or a label: ticket=123"),
            ArgumentSpecification(
                ValueSpecification("VERDICT", choices: ["good", "bad"]), "good or bad", .optional),
        ],
        options: [
            OptionSpecification("score", value: ValueSpecification("N"), "from 1, useless, to 5"),
            OptionSpecification(
                "succeeded", value: ValueSpecification("WHETHER", choices: ["yes", "no"]),
                "whether the task was done with it"),
            OptionSpecification("comment", value: ValueSpecification("TEXT"), "why"),
        ],
        example: "refrain feedback 7 bad --comment \"outdated\"")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let words = context.arguments.arguments
        var body = try subject(words[0])
        if words.count > 1 { body["verdict"] = .string(words[1]) }
        if let score = try context.arguments.integer("score", in: 1...5) { body["score"] = .number(score) }
        if let succeeded = context.arguments.value("succeeded") { body["succeeded"] = .bool(succeeded == "yes") }
        guard body.members.count > 1 else {
            throw UsageError("feedback needs VERDICT, --score or --succeeded; see `refrain feedback --help`")
        }
        if let comment = context.arguments.value("comment") { body["comment"] = .string(comment) }
        let reply = try await context.withService { try await $0.post("/cache/feedback", .object(body)) }
        if context.wantsJSON {
            try context.print(reply)
        } else {
            try context.console.writeLine("noted: \(text(of: reply))")
        }
        return .success
    }

    private static func subject(_ word: String) throws -> JSONObject {
        if word.contains("=") { return ["label": .string(word)] }
        let isNumber = word.allSatisfy { $0.isASCII && $0.isNumber }
        return isNumber ? ["entry": .number(try EntryNumber.parse(word))] : ["request": .string(word)]
    }

    /// `entry 7 is bad`, `request req_… has score 4, succeeded`.
    private static func text(of reply: JSONValue) -> String {
        var said: [String] = []
        if let verdict = reply["verdict"]?.string { said.append("is \(verdict)") }
        if let score = reply["score"]?.int { said.append("has score \(score)") }
        if let succeeded = reply["succeeded"]?.bool { said.append(succeeded ? "succeeded" : "failed") }
        let (name, value) = reply.object?.members.first.map { ($0.name, $0.value) } ?? ("", .null)
        return "\(name) \(value.string ?? value.text) " + said.joined(separator: ", ")
    }
}

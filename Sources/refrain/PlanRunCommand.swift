import JSON
import Plans
import Support
import Terminal

/// `refrain plan run`: one run of a plan; exit 1 where it fails.
enum PlanRunCommand: Command {
    static let specification = CommandSpecification(
        "plan run", "run a plan and print its outputs; exit 1 if it fails",
        arguments: [
            ArgumentSpecification(ValueSpecification("NAME"), "the plan"),
            ArgumentSpecification(
                ValueSpecification("INPUT=VALUE"), "an input: a text, @FILE for a file's text, or JSON after :=", .any),
        ],
        example: "refrain plan run compress question=\"What changed?\" document=@changelog.txt")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let words = context.arguments.arguments
        guard Reference.isName(words[0]) else {
            throw UsageError("\"\(words[0])\" is no plan's name", remedy: "`refrain plan list` shows them")
        }
        var inputs = JSONObject()
        for word in words.dropFirst() {
            let (name, value) = try input(word)
            inputs[name] = value
        }
        let body: JSONValue = ["inputs": .object(inputs)]
        let run = try await context.withService { try await $0.post("/plans/\(words[0])/runs", body) }
        if context.wantsJSON {
            try context.print(run)
        } else {
            try show(run, context)
        }
        return run["status"] == "completed" ? .success : .no
    }

    /// `name=text`, `name=@file` or `name:=JSON`.
    private static func input(_ word: String) throws -> (String, JSONValue) {
        guard let equals = word.firstIndex(of: "="), equals > word.startIndex else {
            throw UsageError("\"\(word)\" is no input", remedy: "write INPUT=VALUE")
        }
        let (name, value) = (word[..<equals], String(word[word.index(after: equals)...]))
        if name.hasSuffix(":") { return (String(name.dropLast()), try JSONValue.parse(value)) }
        guard value.hasPrefix("@") else { return (String(name), .string(value)) }
        do throws(FileFailure) {
            let text = try TextFile.read(String(value.dropFirst()), bytesMax: Limits.requestBodyBytesMax)
            return (String(name), .string(text))
        } catch {
            throw CommandError("cannot read the input \(name)", why: error.reason)
        }
    }

    private static func show(_ run: JSONValue, _ context: CommandContext) throws {
        let outputs = run["outputs"]?.object?.members ?? []
        for output in outputs {
            let text = Log.printable(output.value.string ?? output.value.text)
            let title = outputs.count > 1 ? context.console.output.styled(output.name + ":", .bold) + " " : ""
            try context.console.writeLine(title + text)
        }
        if let failure = run["failure"]?.string { context.console.show("failed: " + failure) }
        let steps = (run["steps"]?.array ?? []).map { step -> String in
            let calls = (step["calls"]?.array ?? []).compactMap { $0["role"]?.string }.joined(separator: ", ")
            let status = step["status"]?.string ?? "?"
            return (step["step"]?.string ?? "?") + " " + (calls.isEmpty ? status : "\(status) (\(calls))")
        }
        let cost = run["cost_usd"]?.double.map {
            ", " + Format.dollars(Money(dollars: $0))
        }
        context.console.show(steps.joined(separator: "; ") + (cost ?? ""))
    }
}

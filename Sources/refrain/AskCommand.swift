import HTTP
import JSON
import Support
import Terminal

/// `refrain ask`: the whole way of a question, models included.
enum AskCommand: Command {
    static let specification = CommandSpecification(
        "ask", "answer a question, from the cache or by the model",
        arguments: [QuestionArguments.text], options: QuestionArguments.options,
        example: "refrain ask \"How do I reset my password?\"")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        try await QuestionArguments.put("/cache/ask", context)
    }
}

/// `refrain lookup`: the cache alone; exit 0 for a hit, 1 for a miss.
enum LookupCommand: Command {
    static let specification = CommandSpecification(
        "lookup", "look a question up in the cache only; exit 1 for a miss",
        arguments: [QuestionArguments.text], options: QuestionArguments.options,
        example: "refrain lookup \"How do I reset my password?\" && echo known")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        try await QuestionArguments.put("/cache/lookup", context)
    }
}

/// What asking and looking up have in common.
enum QuestionArguments {
    static let text = ArgumentSpecification(ValueSpecification("TEXT"), "the question")
    static let options = [
        OptionSpecification("scope", value: ValueSpecification("NAME"), "the scope to look in"),
        LikeOption.specification,
        OptionSpecification(
            "candidates", value: ValueSpecification("N"), defaultText: "0", "also show the N nearest stored questions"),
    ]

    static func put(_ path: String, _ context: CommandContext) async throws -> ExitCode {
        let arguments = context.arguments
        var body: JSONObject = ["question": .string(arguments.arguments[0])]
        if let scope = arguments.value("scope") { body["scope"] = .string(scope) }
        if let count = try arguments.integer("candidates", in: 0...Limits.candidatesPerSearchMax) {
            body["k"] = .number(count)
        }
        let reply = try await context.withService(searches: true) { [body] connection in
            let common = try await LikeOption.context(context, connection)
            let body = common.map { JSONValue.object(body).adding("context", $0) } ?? .object(body)
            return try await connection.post(path, body)
        }
        if context.wantsJSON {
            try context.print(reply)
        } else {
            if let answer = reply["answer"]?.string { try context.console.writeLine(Log.printable(answer)) }
            context.console.show(receiptLine(reply))
            showCandidates(reply, context)
        }
        return reply["answer"] == nil ? .no : .success
    }

    /// `confirmed: matches "…", similarity 0.91, saved $0.0012, 3.1 ms`
    private static func receiptLine(_ reply: JSONValue) -> String {
        let receipt = reply["receipt"]
        var line = reply["outcome"]?.string ?? "?"
        if let decided = receipt?["shadow"]?["outcome"]?.string { line += " (in shadow mode; live: \(decided))" }
        var parts: [String] = []
        if let matched = receipt?["matched"]?.string {
            parts.append((reply["answer"] == nil ? "nearest is" : "matches") + " \"\(matched)\"")
        }
        if let similarity = receipt?["similarity"]?.double {
            parts.append("similarity " + Format.fixed(similarity, decimals: 3))
        }
        for conflict in receipt?["conflicts"]?.array ?? [] { parts.append(ConflictText.of(conflict)) }
        if let verdict = receipt?["verdict"]?.string { parts.append("mini says \(verdict)") }
        if let saved = receipt?["saved_usd"]?.double, saved > 0 {
            parts.append("saved " + Format.dollars(Money(dollars: saved)))
        }
        if let total = receipt?["latency_ms"]?["total"]?.double {
            parts.append(Format.duration(milliseconds: total))
        }
        line += ": " + parts.joined(separator: ", ")
        return line
    }

    private static func showCandidates(_ reply: JSONValue, _ context: CommandContext) {
        guard let candidates = reply["candidates"]?.array, !candidates.isEmpty else { return }
        var table = Table([
            Table.Column("id", .right), Table.Column("similarity", .right), Table.Column("P(same)", .right),
            Table.Column("question", shrinksTo: 20), Table.Column("differs"),
        ])
        for candidate in candidates {
            table.append([
                String(candidate["entry"]?.int ?? 0), Format.fixed(candidate["similarity"]?.double ?? 0, decimals: 3),
                Format.fixed(candidate["probability"]?.double ?? 0, decimals: 3), candidate["question"]?.string ?? "",
                (candidate["conflicts"]?.array ?? []).compactMap { $0["kind"]?.string }.joined(separator: ", "),
            ])
        }
        context.console.showRaw(table.text(context.console.messages))
    }
}

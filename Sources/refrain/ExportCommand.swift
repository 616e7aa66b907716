import JSON
import Support
import Terminal

/// `refrain export`: every entry as a line of JSON that `import` reads.
enum ExportCommand: Command {
    static let specification = CommandSpecification(
        "export", "write the entries as JSON lines that import reads", options: EntryFilterOptions.all,
        example: "refrain export > backup.jsonl")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        try await context.withService { connection in
            let query = try EntryFilterOptions.query(context)
            try await EntryPages.forEach(connection, query) { entry in
                var line: JSONObject = ["question": entry["question"] ?? .null, "answer": entry["answer"] ?? .null]
                if let tags = entry["tags"], tags != [] { line["tags"] = tags }
                if let scope = entry["scope"], scope != "" { line["scope"] = scope }
                // An answer made for a request with other context is no answer to the bare question.
                if let digest = entry["context"], !digest.isNull { line["context"] = digest }
                if let model = entry["model"], !model.isNull { line["model"] = model }
                // What is left of its lifetime: an answer must not live for ever because it has moved.
                if let left = entry["ttl_seconds"]?.int {
                    guard left > 0 else { return }
                    line["ttl_seconds"] = .number(left)
                }
                try context.print(.object(line))
            }
        }
        return .success
    }
}

/// The options that choose entries, and what they are on the wire.
enum EntryFilterOptions {
    static let all = [
        OptionSpecification("tag", value: ValueSpecification("TAG"), "only entries with this tag"),
        OptionSpecification("scope", value: ValueSpecification("NAME"), "only entries of this scope"),
        OptionSpecification("text", value: ValueSpecification("TEXT"), "only entries with this text in them"),
        OptionSpecification(
            "older-than", value: ValueSpecification("AGE"), "only entries older than 90s, 15m, 12h, 30d"),
    ]

    static func query(_ context: CommandContext) throws -> [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        for name in ["tag", "scope", "text"] {
            if let value = context.arguments.value(name) { query.append((name, value)) }
        }
        if let age = context.arguments.value("older-than") {
            query.append(("older_than_seconds", String(try seconds(age))))
        }
        return query
    }

    /// `90s`, `15m`, `12h`, `30d` in seconds.
    static func seconds(_ text: String, option: String = "older-than") throws(UsageError) -> Int {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()), number >= 0,
            number <= 100_000
        else {
            throw UsageError("--\(option) takes a number with its unit, such as 90s, 15m, 12h or 30d, not \"\(text)\"")
        }
        return number * unit
    }
}

import HTTP
import JSON
import Support
import Terminal

/// `refrain show`: an entry whole.
enum ShowCommand: Command {
    static let specification = CommandSpecification(
        "show", "show an entry whole, with its aliases",
        arguments: [ArgumentSpecification(ValueSpecification("ID"), "the entry's number")], example: "refrain show 7")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let id = try EntryNumber.parse(context.arguments.arguments[0])
        let entry = try await context.withService { try await $0.send(Request("GET", "/cache/entries/\(id)")) }
        if context.wantsJSON {
            try context.print(entry)
            return .success
        }
        func text(_ name: String) -> String? {
            switch entry[name] {
            case .string(let value)?: value.isEmpty ? nil : value
            case .number(let value)?: value.text
            case .array(let values)?: values.isEmpty ? nil : values.compactMap(\.string).joined(separator: ", ")
            default: nil
            }
        }
        let names = [
            "id", "question", "scope", "tags", "origin", "model", "cost_usd", "created", "expires", "boundary", "hits",
            "last_hit",
        ]
        for name in names {
            if let value = name == "cost_usd" ? cost(entry) : text(name) {
                let title = context.console.output.styled((name + ":").padding(to: 10), .bold)
                try context.console.writeLine(title + " " + Log.printable(value))
            }
        }
        for alias in entry["aliases"]?.array ?? [] {
            let title = context.console.output.styled("alias:".padding(to: 10), .bold)
            try context.console.writeLine(title + " " + Log.printable(alias["question"]?.string ?? ""))
        }
        try context.console.writeLine("\n" + Log.printable(entry["answer"]?.string ?? ""))
        return .success
    }

    private static func cost(_ entry: JSONValue) -> String? {
        entry["cost_usd"]?.double.map { Format.dollars(Money(dollars: $0)) }
    }
}

extension String {
    func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

/// An entry's number as a user types it.
enum EntryNumber {
    static func parse(_ text: String) throws(UsageError) -> Int {
        guard let number = Int(text), number > 0 else {
            throw UsageError("\"\(text)\" is no entry's number", remedy: "`refrain entries` lists them")
        }
        return number
    }
}

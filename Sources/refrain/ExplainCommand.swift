import HTTP
import JSON
import Support
import Terminal

/// `refrain explain`: how a question would be decided, step by step; nothing is served or stored.
enum ExplainCommand: Command {
    static let specification = CommandSpecification(
        "explain", "show step by step how a question would be decided; serves and stores nothing",
        arguments: [QuestionArguments.text],
        options: [
            OptionSpecification("scope", value: ValueSpecification("NAME"), "the scope to look in"),
            OptionSpecification("confirm", "also ask mini where the decision would; costs what is shown"),
        ],
        example: "refrain explain \"How can I report bugs in Debian?\"")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let arguments = context.arguments
        var body: JSONObject = ["question": .string(arguments.arguments[0])]
        if let scope = arguments.value("scope") { body["scope"] = .string(scope) }
        if arguments.has("confirm") { body["confirm"] = true }
        let reply = try await context.withService(searches: true) { try await $0.post("/cache/explain", .object(body)) }
        if context.wantsJSON {
            try context.print(reply)
        } else {
            try context.console.write(ExplanationText(reply, context.console.output).text)
        }
        return .success
    }
}

/// An explanation as a terminal shows it.
private struct ExplanationText {
    private let reply: JSONValue
    private let presentation: Presentation
    private(set) var text = ""
    private var number = 0

    init(_ reply: JSONValue, _ presentation: Presentation) {
        self.reply = reply
        self.presentation = presentation
        step("Wording", "as \"\(string("canonical"))\"")
        if !string("scope").isEmpty { line("in the scope \"\(string("scope"))\"") }
        switch string("conclusion") {
        case "exact":
            line("which is stored as entry \(entry): \(matched)")
            conclude("serve entry \(entry): the same words", .green)
        case "alias":
            line("a paraphrase that was confirmed before, of entry \(entry): \(matched)")
            conclude("serve entry \(entry): confirmed before", .green)
        default:
            line("is not stored")
            explainSimilar()
        }
        if let total = reply["latency_ms"]?["total"]?.double {
            text += presentation.styled("Nothing was served or stored. " + times(total), .dim) + "\n"
        }
    }

    private mutating func explainSimilar() {
        let candidates = reply["candidates"]?.array ?? []
        let floor = Format.fixed(double("floor") ?? 0, decimals: 2)
        let vectors = reply["vectors"]?.int ?? 0
        step(
            "Search",
            "\(Format.count(vectors)) stored \(vectors == 1 ? "question" : "questions"), "
                + "\(candidates.isEmpty ? "none" : "\(candidates.count)") at a similarity of \(floor) or more")
        if candidates.isEmpty {
            conclude("a miss: nothing is near", .yellow)
            return
        }
        for candidate in candidates { describe(candidate) }
        let target = Format.percent(double("error_target") ?? 0)
        step(
            "Judge",
            double("bound_to_serve").map {
                "serves unasked what has no conflict and is the same with \(Format.percent($0)) or more at the least "
                    + "(error target \(target))"
            } ?? "serves nothing unasked at an error target of \(target)")
        if string("conclusion") == "judged" {
            conclude("serve entry \(entry): \(matched)", .green)
        } else {
            explainMini(candidates)
        }
    }

    private mutating func describe(_ candidate: JSONValue) {
        let similarity = Format.fixed(candidate["similarity"]?.double ?? 0, decimals: 3)
        let probability = Format.percent(candidate["probability"]?.double ?? 0)
        let bound = Format.percent(candidate["lower_bound"]?.double ?? 0)
        line(
            "\(presentation.styled(similarity, .bold))  entry \(candidate["entry"]?.int ?? 0): "
                + Log.singleLine(candidate["question"]?.string ?? "")
                + "  P(same) \(probability), \(bound) at the least")
        for conflict in candidate["conflicts"]?.array ?? [] {
            line("       " + presentation.styled(Log.singleLine(ConflictText.of(conflict)), .yellow))
        }
        let obstacles = (candidate["obstacles"]?.array ?? []).compactMap(\.string)
        if obstacles.contains("refused") { line("       mini said before that it asks something else") }
        if obstacles.contains("wording") { line("       shares too few words to be served unasked") }
        if obstacles.contains("boundary"), let boundary = candidate["boundary"]?.double {
            line(
                boundary > 1
                    ? "       feedback keeps it from being served unasked"
                    : "       feedback lets it be served unasked only from \(Format.fixed(boundary, decimals: 3)) on")
        }
    }

    private mutating func explainMini(_ candidates: [JSONValue]) {
        guard reply["mini"] == true else {
            step("Mini", "there is none to ask: no upstream is configured")
            conclude("a miss", .yellow)
            return
        }
        guard let confirmation = reply["confirmation"], !confirmation.isNull else {
            step("Mini", "is not asked: " + reasonNotToAsk(candidates))
            conclude("a miss", .yellow)
            return
        }
        let entries = (confirmation["entries"]?.array ?? []).compactMap(\.int).map(String.init)
        let cost = confirmation["expected_cost_usd"]?.double.map { "about \(Format.dollars(Money(dollars: $0)))" }
        let model = reply["mini_model"]?.string ?? "mini"
        step(
            "Mini",
            "\(model), one call about \(entries.count == 1 ? "entry" : "entries") \(entries.joined(separator: ", ")), "
                + "\(cost ?? "at an unknown price")")
        guard let verdict = confirmation["verdict"]?.string else {
            conclude("ask mini; its word decides. --confirm asks it now", .cyan)
            return
        }
        let spent = confirmation["cost_usd"]?.double.map { Format.dollars(Money(dollars: $0)) } ?? "an unknown price"
        line("says \(verdict.split(separator: "_").joined(separator: " ")), for \(spent)")
        if string("conclusion") == "confirmed" {
            conclude("serve entry \(entry): \(matched)", .green)
        } else {
            conclude("a miss", .yellow)
        }
    }

    private func reasonNotToAsk(_ candidates: [JSONValue]) -> String {
        let isRefused = candidates.allSatisfy { $0["refused"] == true }
        return isRefused
            ? "it has refused every candidate before" : "the answer is likely to cost less than the question to mini"
    }

    private mutating func step(_ title: String, _ finding: String) {
        number += 1
        text += presentation.styled("\(number). \(title.padding(to: 8))", .bold) + Log.singleLine(finding) + "\n"
    }

    /// A line below a step. It may have styles in it, so what others wrote is made safe before.
    private mutating func line(_ finding: String) {
        text += String(repeating: " ", count: 11) + finding + "\n"
    }

    private mutating func conclude(_ what: String, _ style: Style) {
        text += presentation.styled("→  " + "Result".padding(to: 8) + Log.singleLine(what), style) + "\n"
    }

    private func times(_ total: Double) -> String {
        let stages = ["embed", "search", "confirm"].compactMap { name in
            reply["latency_ms"]?[name]?.double.map { "\(name) \(Format.duration(milliseconds: $0))" }
        }
        let detail = stages.isEmpty ? "" : " (\(stages.joined(separator: ", ")))"
        return "It took \(Format.duration(milliseconds: total))\(detail)."
    }

    private var entry: String { String(reply["entry"]?.int ?? 0) }
    private var matched: String { Log.singleLine(string("matched")) }
    private func string(_ name: String) -> String { reply[name]?.string.map(Log.singleLine) ?? "" }
    private func double(_ name: String) -> Double? { reply[name]?.double }
}

import HTTP
import JSON
import Support
import Terminal

/// A run of a plan as a command shows it: a line of progress while it lasts, then what came of it.
enum PlanRunView {
    /// Starts a run, or has one go on, and shows it.
    ///
    /// - Returns: exit 1 where it failed, was called off, or waits.
    static func follow(_ context: CommandContext, _ path: String, _ body: JSONObject) async throws -> ExitCode {
        var body = body
        body["stream"] = true
        let text = JSONValue.object(body)
        var progress = PlanProgress(context.console)
        var run = JSONValue.null
        try await context.withService { connection in
            try await connection.stream(
                Request("POST", path, headers: ["Content-Type": "application/json"], body: text.bytes)
            ) { type, data in
                switch type {
                case "done": run = data
                case "error":
                    throw CommandError(data["error"]?["message"]?.string ?? "the run broke off")
                default: progress.note(type, data)
                }
            }
        }
        progress.clear()
        guard !run.isNull else { throw CommandError("the service broke off before the run's end") }
        try show(run, context)
        return run["status"] == "completed" ? .success : .no
    }

    static func show(_ run: JSONValue, _ context: CommandContext) throws {
        if context.wantsJSON { return try context.print(run) }
        let outputs = run["outputs"]?.object?.members ?? []
        for output in outputs {
            let text = Log.printable(output.value.string ?? output.value.text)
            let title = outputs.count > 1 ? context.console.output.styled(output.name + ":", .bold) + " " : ""
            try context.console.writeLine(title + text)
        }
        if let failure = run["failure"]?.string { context.console.show("failed: " + failure) }
        let steps = (run["steps"]?.array ?? []).map { step -> String in
            let calls = (step["calls"]?.array ?? []).compactMap { call in
                call["cached"] == true ? "kept" : call["role"]?.string
            }
            let status = step["status"]?.string ?? "?"
            return (step["step"]?.string ?? "?") + " " + (calls.isEmpty ? status : "\(status) (\(joined(calls)))")
        }
        let cost = (dollars(run).map { ", " + $0 } ?? "") + spared(run)
        context.console.show("run \(run["id"]?.int ?? 0): " + steps.joined(separator: "; ") + cost)
        showNext(run, context)
    }

    /// How much less than the input *full* had to read.
    private static func spared(_ run: JSONValue) -> String {
        guard let input = run["input_tokens"]?.int, let read = run["usage_full"]?["prompt_tokens"]?.int, read > 0,
            read < input
        else { return "" }
        return ", full read \(Format.count(read)) tokens for an input of \(Format.count(input))"
    }

    /// What its owner can do with a run that is not completed.
    private static func showNext(_ run: JSONValue, _ context: CommandContext) {
        let id = run["id"]?.int ?? 0
        switch run["status"]?.string {
        case "waiting":
            for (number, option) in zip(1..., run["waits"]?[0]?["options"]?.array ?? []) {
                context.console.show("\(number): " + (option.string ?? option.text))
            }
            context.console.show("waits for a choice: refrain plan resume \(id) --choose N")
        case "failed", "cancelled", "interrupted":
            context.console.show("refrain plan resume \(id) goes on at the first step that is not over")
        default: break
        }
    }

    static func dollars(_ run: JSONValue) -> String? {
        run["cost_usd"]?.double.map { Format.dollars(Money(dollars: $0)) }
    }

    /// `mini, mini, full`, or `8 x mini` for a step that fans out.
    private static func joined(_ calls: [String]) -> String {
        calls.count > 3 && Set(calls).count == 1 ? "\(calls.count) x \(calls[0])" : calls.joined(separator: ", ")
    }
}

/// The line that says, on a terminal, which steps are under way.
struct PlanProgress {
    private let console: Console
    private var total = 0
    private var done: Set<String> = []
    private var running: [String] = []

    init(_ console: Console) {
        self.console = console
    }

    /// Takes an event of the run.
    mutating func note(_ type: String, _ data: JSONValue) {
        func names(_ member: String) -> [String] { (data[member]?.array ?? []).compactMap(\.string) }
        if type == "run" {
            total = names("steps").count
            done = Set(names("done"))
        } else if let step = data["step"]?.string {
            running.removeAll { $0 == step }
            if data["status"] == "began" { running.append(step) } else { done.insert(step) }
        }
        guard let width = console.messages.width else { return }
        let line = "\(done.count)/\(total)  " + Log.singleLine(running.joined(separator: ", "))
        console.showRaw("\r" + DisplayWidth.fit(line, to: width - 1) + "\u{1B}[K")
    }

    /// Makes room for what came of it.
    func clear() {
        if console.messages.isTerminal, total > 0 { console.showRaw("\r\u{1B}[K") }
    }
}

import Configuration
import Glibc
import JSON
import Models
import Plans
import Support
import Terminal

/// `refrain plan examples`: has mini make examples for a step and writes the plan with them, to be reviewed.
enum PlanExamplesCommand: Command {
    static let specification = CommandSpecification(
        "plan examples", "have mini make examples for a step, and print the plan with them, to be reviewed",
        arguments: [ArgumentSpecification(ValueSpecification("NAME"), "the plan")],
        options: [
            OptionSpecification("step", value: ValueSpecification("STEP"), "the step; by default mini's first"),
            OptionSpecification("count", value: ValueSpecification("N"), defaultText: "3", "make N examples"),
            OptionSpecification(
                "output", value: ValueSpecification("FILE", .file), "write a new file instead of printing"),
        ],
        example: "refrain plan examples support --step triage --output plans/support.json5")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let settings = try context.configuration().settings
        let name = context.arguments.arguments[0]
        let library = try PlanLibrary(directory: settings.plans ?? settings.data + "/plans")
        guard let plan = library[name] else {
            let hint = closest(to: name, among: library.names).map { "did you mean \"\($0)\"?" }
            throw CommandError("there is no plan \"\(name)\"", remedy: hint ?? "`refrain plan list` shows them")
        }
        if let path = context.arguments.value("output"), unsafe access(path, F_OK) == 0 {
            throw CommandError("cannot write \(path)", why: "it is there already", remedy: "give a new file's name")
        }
        let (step, ask) = try step(of: plan, context.arguments.value("step"))
        let count = try context.arguments.integer("count", in: 1...Limits.planExamplesMax) ?? 3
        let inputs: JSONValue = [
            "instructions": .string(ask.instructions ?? ""),
            "labels": .array(ask.data.map { .string($0.label) }),
            "schema": .string(ask.schema?.json.text ?? "none: a text"), "count": .string(String(count)),
        ]
        let run = try await context.withService {
            try await $0.post("/plans/examples/runs", ["inputs": inputs])
        }
        guard let made = run["outputs"]?["examples"]?.array else {
            throw CommandError("no examples were made", why: run["failure"]?.string)
        }
        let examples = made.compactMap { example($0, ask) }.prefix(count)
        guard !examples.isEmpty, let text = PlanText.adding(.array(Array(examples)), to: step, of: plan) else {
            throw CommandError("none of the examples fits the step \(step)", remedy: "try again, or write them by hand")
        }
        try put(text, context)
        context.console.show("\(examples.count) examples for step \(step); read them before you use the plan")
        return .success
    }

    private static func step(of plan: Plan, _ name: String?) throws -> (String, Ask) {
        let steps = plan.steps.filter { $0.ask?.data.isEmpty == false }
        let found = name.map { name in steps.first { $0.name == name } } ?? steps.first { $0.ask?.role == .mini }
        guard let found, let ask = found.ask else {
            throw CommandError(
                "the plan \"\(plan.name)\" has no step \(name ?? "of mini") that takes data",
                remedy: steps.isEmpty ? nil : "there are " + steps.map(\.name).joined(separator: ", "))
        }
        guard ask.examples.isEmpty else {
            throw CommandError("step \(found.name) has examples already", remedy: "remove them first")
        }
        return (found.name, ask)
    }

    /// What mini made as the plan's file has it; nil where it does not fit the step.
    private static func example(_ made: JSONValue, _ ask: Ask) -> JSONValue? {
        guard let data = made["data"]?.string.flatMap({ try? JSONValue.parse($0) }), data.object != nil,
            let output = made["output"]?.string
        else { return nil }
        guard let schema = ask.schema else { return ["data": data, "output": .string(output)] }
        guard let value = try? JSONValue.parse(output), schema.problem(in: value) == nil else { return nil }
        return ["data": data, "output": value]
    }

    private static func put(_ text: String, _ context: CommandContext) throws {
        guard let path = context.arguments.value("output") else { return try context.console.write(text) }
        // A file that a person wrote is not written over.
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            throw CommandError("cannot write \(path)", why: unsafe String(cString: strerror(errno)))
        }
        defer { close(file) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                throw CommandError("cannot write \(path)", why: unsafe String(cString: strerror(errno)))
            }
            rest.removeFirst(count)
        }
    }
}

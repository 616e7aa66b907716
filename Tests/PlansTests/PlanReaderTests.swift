import Foundation
import JSON
import Models
import Support
import Testing

@testable import Plans

struct PlanReaderTests {
    private static let triage = """
        {
            summary: "sorts a message",
            inputs: {message: {}, notes: {kind: "list", default: []}},
            budget: {tokens: 1000, dollars: 0.25, seconds: 30},
            steps: {
                triage: {
                    role: "mini",
                    instructions: ["Say how risky it is.", "Answer in JSON."],
                    data: {message: "input.message"},
                    output_tokens_max: 50,
                    schema: {type: "object", properties: {risk: {type: "string"}}, required: ["risk"]},
                },
                answer: {
                    role: "full",
                    conversation: "input.message",
                    output_tokens_max: 500,
                    when: {value: "triage.risk", in: ["high", "medium"]},
                },
            },
            outputs: {answer: ["answer"], risk: "triage.risk"},
        }
        """

    @Test func aPlanIsReadWhole() throws {
        let plan = try Plan.parse(Self.triage, name: "triage", file: "triage.json5")
        #expect(plan.inputs.map(\.name) == ["message", "notes"])
        #expect(plan.inputs[1].kind == .list && plan.inputs[1].fallback == [])
        #expect(plan.budget == Plan.Budget(tokens: 1000, cost: Money(nanodollars: 250_000_000), seconds: 30))
        let step = try #require(plan.step(named: "triage"))
        let ask = try #require(step.ask)
        #expect(ask.role == .mini && step.onFailure == .full && ask.retries == 0)
        #expect(ask.instructions == "Say how risky it is.\nAnswer in JSON.")
        #expect(ask.data.map(\.label) == ["message"])
        let answer = try #require(plan.step(named: "answer"))
        #expect(answer.dependencies == ["triage"] && answer.onFailure == .stop)
        #expect(plan.outputs[1].candidates.map(\.description) == ["triage.risk"])
    }

    private static func step(_ more: String, after: String = "") -> String {
        """
        {summary: "s", inputs: {q: {}, list: {kind: "list"}}, outputs: {answer: "a"}, steps: {
        a: {role: "mini", instructions: "i", output_tokens_max: 9, \(more)},
        \(after)}}
        """
    }

    /// Each refusal names the file, the line and the reason.
    @Test(arguments: [
        ("{", "p.json5:1: the object does not end"),
        ("{summary: 's', outputs: {a: 'b'}}", "p.json5:1: the plan needs \"steps\""),
        (step("data: {q: 'input.lists'}"), "p.json5:2: unknown variable input.lists; did you mean \"list\"?"),
        (step("data: {q: 'ab'}"), "p.json5:2: unknown variable ab; did you mean \"a\"?"),
        (step("data: {q: 'item'}"), "p.json5:2: unknown variable item: only a step with \"for_each\" has it"),
        (step("after: ['ab']"), "p.json5:2: unknown step ab; did you mean \"a\"?"),
        (step("data: {q: 'a'}"), "p.json5:2: cycle: steps wait for each other among a"),
        (
            step(
                "when: {absent: 'b'}",
                after: "b: {role: 'full', instructions: 'i', output_tokens_max: 1, after: ['a']},"),
            "p.json5:2: cycle: steps wait for each other among a, b"
        ),
        (
            step("", after: "b: {role: 'full', instructions: 'i', output_tokens_max: 1, data: {r: 'a.risk'}},"),
            "p.json5:3: missing schema: a.risk reads a member of step a, which is a text"
        ),
        (
            step("", after: "b: {role: 'full', instructions: 'i'},"),
            "p.json5:3: step b has no output limit: it needs \"output_tokens_max\""
        ),
        (step("", after: "b: {instructions: 'i', output_tokens_max: 1},"), "p.json5:3: step b has no role"),
        (step("", after: "b: {role: 'full', output_tokens_max: 1},"), "p.json5:3: step b has neither"),
        (step("whem: {}"), "p.json5:2: step a has no \"whem\"; did you mean \"when\"?"),
        (step("retries: 9"), "p.json5:2: \"retries\" must be a whole number from 0 to 3, not 9"),
        (step("conversation: 'input.list'"), "p.json5:2: step a: a \"conversation\" is an input of that kind"),
        (step("part_tokens_max: 100"), "p.json5:2: step a has \"part_tokens_max\" without \"for_each\""),
        (step("when: {value: 'input.q'}"), "p.json5:2: \"value\" goes with exactly one of is, in, below"),
        (step("when: {absent: 'a', forced: true}"), "p.json5:2: a condition has exactly one of"),
        (step("schema: {type: 'object', pattern: 'x'}"), "p.json5:2: schema uses \"pattern\", which is not checked"),
        (step("schema: {properties: {}}"), "p.json5:2: schema needs a type"),
        (step("role: 'mini'"), "p.json5:2: \"role\" stands twice in step a"),
        (step("", after: "item: {role: 'full'},"), "p.json5:3: \"item\" is no name"),
    ])
    func whatIsWrongIsRefused(_ text: String, _ expected: String) throws {
        let error = try #require(throws: PlanError.self) { try Plan.parse(text, name: "p", file: "p.json5") }
        #expect(error.problems.contains { $0.description.hasPrefix(expected) }, "\(error.problems)")
    }

    private static func job(_ members: String) -> String {
        step("").replacing("inputs:", with: "job: {\(members)}, inputs:")
    }

    @Test(arguments: [
        ("over: 'answers', every_seconds: 60", "p.json5:1: a job needs \"dollars\""),
        (
            "over: 'lines', every_seconds: 60, dollars: 1",
            "p.json5:1: \"over\" must be one of \"answers\", \"feedback\", \"file\""
        ),
        (
            "over: 'file', every_seconds: 60, dollars: 1",
            "p.json5:1: a job over a file needs its \"path\" from the root"
        ),
        (
            "over: 'file', path: 'a.log', every_seconds: 60, dollars: 1",
            "p.json5:1: a job over a file needs its \"path\""
        ),
        ("over: 'answers', path: '/a', every_seconds: 60, dollars: 1", "p.json5:1: \"path\" is for a job over a file"),
        ("over: 'answers', lines_with: ['E'], every_seconds: 60, dollars: 1", "p.json5:1: \"lines_with\" is for a job"),
    ])
    func aJobThatCannotBeDoneIsRefused(_ members: String, _ expected: String) throws {
        let error = try #require(throws: PlanError.self) {
            try Plan.parse(Self.job(members), name: "p", file: "p.json5")
        }
        #expect(error.problems.contains { $0.description.hasPrefix(expected) }, "\(error.problems)")
    }

    @Test func aJobOverAFileIsRead() throws {
        let members = "over: 'file', path: '/a.log', lines_with: ['E', 'F'], every_seconds: 60, dollars: 0.5"
        let plan = try Plan.parse(Self.job(members), name: "p", file: "p.json5")
        #expect(
            plan.job
                == Job(
                    subject: .file, path: "/a.log", linesWith: ["E", "F"], everySeconds: 60, share: 1, runsMax: 100,
                    dollars: 0.5))
    }

    @Test func everyProblemIsTold() throws {
        let text = Self.step("data: {q: 'input.p'}, after: ['c'], ")
        let error = try #require(throws: PlanError.self) { try Plan.parse(text, name: "p", file: "p.json5") }
        #expect(error.problems.count == 2)
    }

    @Test func aFileGivesItsNameToThePlan() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "refrain-plans-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "sort-it.json5")
        try Self.triage.write(to: file, atomically: true, encoding: .utf8)
        #expect(try Plan.load(file.path).name == "sort-it")
        let error = #expect(throws: PlanError.self) { try Plan.load(folder.appending(path: "none.json5").path) }
        #expect(error?.problems.first?.reason.contains("cannot open it") == true)
    }
}

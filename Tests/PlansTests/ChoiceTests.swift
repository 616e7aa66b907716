import JSON
import Models
import Support
import Synchronization
import Testing

@testable import Plans

/// Steps that ask no model, and runs that wait and go on.
struct ChoiceTests {
    private static func choosing(_ by: String) throws -> Plan {
        try plan(
            """
            drafts: {role: 'mini', instructions: 'i', for_each: ['a long one', 'short'], data: {m: 'item'},
                     output_tokens_max: 9},
            pick: {role: 'mini', instructions: 'which?', output_tokens_max: 9},
            choice: {choose: 'drafts', by: \(by)},
            a: {role: 'full', instructions: 'refine', data: {draft: 'choice'}, output_tokens_max: 9},
            """)
    }

    private static func models(pick: String = "1") -> PlayedModels {
        PlayedModels { _, request in
            if request.contains("which?") { return pick }
            if request.contains("refine") { return request.contains("LONGER") ? "from long" : "from short" }
            return request.contains("a long one") ? "LONGER" : "SHORT"
        }
    }

    @Test(
        arguments: [
            ("'shortest'", "1", "from short"), ("'longest'", "1", "from long"),
            ("{number: 'pick'}", " 2\n", "from short"),
            ("{number: 'pick'}", "1", "from long"), ("{number: 'pick'}", "3", nil), ("{number: 'pick'}", "one", nil),
        ] as [(String, String, String?)])
    func aRuleChooses(_ by: String, _ pick: String, _ expected: String?) async throws {
        let run = try await Self.models(pick: pick).engine.run(Self.choosing(by), inputs: ["q": ""])
        #expect(run.outputs["a"]?.string == expected, "\(run.failure ?? "")")
        if expected == nil { #expect(run.failure == "step choice: the choice is none from 1 to 2") }
    }

    @Test func aRunWaitsForAPersonAndGoesOn() async throws {
        let models = Self.models()
        let plan = try Self.choosing("'person'")
        let watched = Mutex<[StepRecord]>([])
        let waiting = try await models.engine.run(plan, inputs: ["q": ""]) { event in
            if case .ended(let record) = event { watched.withLock { $0.append(record) } }
        }
        #expect(waiting.status == .waiting && waiting.failure == nil && waiting.outputs.members.isEmpty)
        #expect(waiting.waits.map(\.step) == ["choice"] && waiting.waits[0].options == ["LONGER", "SHORT"])
        #expect(waiting.json["status"] == "waiting" && waiting.json["waits"]?[0]?["options"]?[1] == "SHORT")
        // What is kept is text: it has to come back as it was.
        let done = watched.withLock { $0 }.filter { $0.status != .waiting }.compactMap { StepRecord(json: $0.json) }
        func sorted(_ steps: [StepRecord]) -> [JSONValue] { steps.sorted { $0.name < $1.name }.map(\.json) }
        #expect(sorted(done) == sorted(waiting.steps))
        let over = try await models.engine.run(plan, inputs: ["q": ""], done: done, choices: ["choice": 2])
        #expect(over.outputs["a"] == "from short" && over.status == .completed)
        // Nothing was asked twice, and the whole run is accounted for.
        #expect(models.roles.count == 4 && over.calls.count == 4 && over.usage.promptTokens == 400)
        #expect(over.cost == waiting.cost.map { $0 + (over.steps.last?.calls.first?.cost ?? .zero) })
    }

    @Test func whatWasTakenBeforeCountsAgainstTheBudget() async throws {
        let models = PlayedModels { _, _ in "t" }
        let plan = try plan(
            """
            a: {role: 'full', instructions: 'i', output_tokens_max: 100, after: ['b']},
            b: {role: 'mini', instructions: 'i', output_tokens_max: 100},
            """, more: "budget: {tokens: 300}")
        let first = try await models.engine.run(plan, inputs: ["q": ""])
        let again = try await models.engine.run(
            plan, inputs: ["q": ""], done: first.steps.filter { $0.status == .done })
        #expect(models.roles == [.mini, .full] && first.failure == nil && again.failure == nil)
        let tight = try Plan.parse(plan.source.replacing("300", with: "120"), name: "p", file: "p")
        let run = try await models.engine.run(tight, inputs: ["q": ""], done: first.steps.filter { $0.name == "b" })
        #expect(run.failure == "step a: the budget of 120 tokens is exhausted: 110 are taken")
    }

    @Test func textsAreGroupedByMeaning() async throws {
        let vectors: [String: [Float]] = ["slow": [1, 0], "too slow": [0.8, 0.6], "dear": [0, 1]]
        let engine = PlanEngine(ModelsConfiguration(), embed: { $0.map { vectors[$0] ?? [0, -1] } }) {
            _, _, _ throws(ModelError) in throw ModelError(.unreachable)
        }
        let plan = try plan("a: {group: 'input.list', similarity: 0.7}")
        let run = try await engine.run(plan, inputs: ["q": "", "list": ["dear", "slow", "other", "too slow"]])
        #expect(run.outputs["a"] == [["slow", "too slow"], ["dear"], ["other"]], "\(run.failure ?? "")")
        let none = try await PlayedModels { _, _ in "" }.engine.run(plan, inputs: ["q": ""])
        #expect(none.failure == "step a: there is no embedder to group texts with")
    }

    @Test(
        arguments: [
            ("a: {choose: 'input.list'}", "step a does not say who chooses: it needs \"by\""),
            ("a: {choose: 'input.list', by: 'chance'}", "\"by\" must be \"person\", \"shortest\""),
            ("a: {choose: 'input.lisp', by: 'person'}", "unknown variable input.lisp"),
            ("a: {group: 'input.list', role: 'mini'}", "step a has no \"role\""),
            ("a: {group: 'input.list', on_failure: 'full'}", "step a asks no model"),
            (
                "a: {role: 'mini', instructions: 'i', output_tokens_max: 9, examples: [{data: 1}]}",
                "an example has \"data\" and \"output\""
            ),
        ])
    func whatCannotBeIsRefused(_ step: String, _ reason: String) throws {
        let error = #expect(throws: PlanError.self) { try plan(step) }
        #expect(error?.problems.first?.reason.contains(reason) == true, "\(String(describing: error))")
    }
}

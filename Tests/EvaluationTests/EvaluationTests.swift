import Cache
import JSON
import Models
import Testing

@testable import Evaluation

@Suite struct EvaluationTests {
    /// Groups of three texts of ten words that differ in one or two, and of which two ask the same; labels join the third
    /// to the first in half of the groups.
    private static func labelled(groups: Int) -> LabelledTexts {
        var builder = LabelledTexts.Builder()
        for group in 0..<groups {
            let stem = (0..<8).map { "\(["alpha", "beta", "gamma"][group % 3])\(group)x\($0)" }.joined(separator: " ")
            builder.addPair("\(stem) one red", "\(stem) one blue", isSame: true)
            if group % 2 == 0 {
                builder.addPair("\(stem) one red", "\(stem) two green", isSame: false)
            } else {
                builder.addPair("\(stem) two green", "something else \(group)", isSame: false)
            }
        }
        return builder.build()
    }

    private func run(
        _ plan: Evaluation.Plan, _ policies: Set<String> = Set(Evaluation.policies),
        tuning: ((JSONValue) -> Void)? = nil
    ) async throws -> [PolicyResult] {
        let evaluation = Evaluation(Self.labelled(groups: 20), plan)
        return try await withFolder { folder in
            let file = try VectorFile(directory: folder, embedder: "plain/1", dimension: 256)
            let prepared = try await PreparedEmbedder.prepare(evaluation.texts, PlainEmbedder(), file) { _ in }
            var results = try await evaluation.run(
                policies, prepared, models: ModelsConfiguration(), judge: Judge(errorTarget: 0.01, floor: 0.6),
                tuning: tuning, auditShare: 1
            ) { _, _ in }
            for index in results.indices { (results[index].p50Milliseconds, results[index].p99Milliseconds) = (0, 0) }
            return results
        }
    }

    @Test func everyPolicyMeetsTheSameStreamAndTheFiguresAgree() async throws {
        let results = try await run(Evaluation.Plan(seed: 3, miniErrorRate: 0.2))
        #expect(results.map(\.policy) == Evaluation.policies)
        #expect(
            Evaluation.policies == [
                "refrain", "refrain-no-mini", "static-0.80", "static-0.85", "static-0.90", "static-0.95", "static-0.97",
                "static-0.99", "vcache-0.01", "vcache-0.02", "vcache-0.05",
            ])
        #expect(Set(results.map(\.requests)) == [70] && Set(results.map(\.possible)) == [20])
        for result in results {
            #expect(result.right <= result.possible && result.hits <= result.requests)
            #expect(result.confirmations == 0 || result.policy == "refrain")
        }
    }

    /// Every hit audited and every doubt put to mini: nothing is left to be estimated.
    @Test func whatTuneMakesOfAReplayIsWhatHappened() async throws {
        var told: JSONValue?
        let result = try await run(Evaluation.Plan(miniErrorRate: 0), ["refrain"]) { told = $0 }[0]
        let configured = try #require(told?["rows"]?[0])
        let hits = try #require(configured["hits_per_request"]?.double)
        #expect(result.hits > 0 && abs(hits * Double(result.requests) - Double(result.hits)) < 1e-6, "\(hits)")
        let asked = try #require(configured["confirmations_per_request"]?.double)
        #expect(abs(asked * Double(result.requests) - Double(result.confirmations)) < 1e-6)
        #expect(configured["wrong_per_request"] == 0 && configured["unknown_per_request"] == 0)
        #expect(told?["audited"]?.int == result.hits && told?["requests"]?.int == result.requests)
    }

    @Test func aPerfectMiniMakesEveryHitAndNoMistake() async throws {
        let results = try await run(Evaluation.Plan(miniErrorRate: 0), ["refrain", "static-0.80", "static-0.99"])
        #expect(results[0].found == 1 && results[0].wrong == 0 && results[0].unknown == 0)
        #expect(results[0].confirmations >= 20)
        // Full is spared 20 of 70 answers, and mini is cheap.
        let saving = try #require(results[0].netSaving)
        #expect(saving > 0.1 && saving < 20.0 / 70)
        // Nine of ten words in common pass 0.80, a third text with eight does so too.
        #expect(results[1].right > 0 && results[1].wrong > 0 && results[1].unknown > 0)
        #expect(results[2].hits == 0 && results[2].netSaving == 0)
    }

    @Test func miniWrongServesWrongly() async throws {
        let result = try await run(Evaluation.Plan(miniErrorRate: 1), ["refrain"])[0]
        #expect(result.wrong > 0 && result.unknown > 0 && result.right == 0)
    }

    @Test func aSeedDeterminesAllButTheTimes() async throws {
        for exponent in [nil, 1.1] {
            let plan = Evaluation.Plan(seed: 5, zipfExponent: exponent, requests: 200, miniErrorRate: 0.1)
            #expect(try await run(plan) == run(plan))
        }
    }

    @Test func aRepeatedTextIsAHit() async throws {
        let plan = Evaluation.Plan(seed: 5, zipfExponent: 1, requests: 300)
        for result in try await run(plan, ["refrain", "static-0.99"]) {
            #expect(result.requests == 300 && result.possible > 200 && result.right > 150)
        }
    }
}

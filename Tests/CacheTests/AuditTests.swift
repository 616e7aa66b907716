import Search
import Store
import TestEmbedder
import Testing

@testable import Cache

/// What the cache makes of audits.
@Suite struct AuditTests {
    @Test func wrongAnswersCostMiniItsTrustAndTheWordingItsEntry() async throws {
        try await withBench { bench in
            let entry = try #require(try await bench.ask("Is the shop open today?").receipt.entry)
            let query = Bench.query("Is the big shop open today?", "", .init())
            let scope = try #require(try bench.store.scope(query.scope))
            let key = query.key
            #expect(try await bench.store.addAlias(to: entry, text: query.question, key: key, source: .confirmed))
            let vector = try await bench.embedder.embed([query.question])[0]
            try await bench.cache.addVector(vector, of: key, to: entry, in: scope)
            #expect(bench.cache.indexes.index(of: scope)?.count == 2)
            let before = bench.cache.evidence.mini.falseAccepts
            await bench.cache.learnAudit(of: query, entry, probability: 0.97, isRight: true, propensity: 1)
            #expect(bench.cache.evidence.mini.falseAccepts < before)
            #expect(await bench.lookup(query.question).receipt.outcome == .alias)
            await bench.cache.learnAudit(of: query, entry, probability: 1, isRight: false, propensity: 1)
            #expect(bench.cache.evidence.mini.falseAccepts > before)
            #expect(try bench.store.refused(scope: scope, key: key) == [entry])
            #expect(bench.cache.indexes.index(of: scope)?.count == 1, "the wording's vector leads there no more either")
            #expect(await bench.lookup(query.question).receipt.outcome == .miss)
        }
    }
}

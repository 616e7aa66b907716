import Store
import Support
import TestEmbedder
import Testing

@testable import Cache

/// A confirmed wording is found by what is near to it, as long as it is confirmed.
@Suite struct AliasVectorTests {
    private static let question = "where is the red door of the old house in town"
    private static let alias = "where is the red gate of the old house in town"
    /// Two words from the question, one from the alias.
    private static let near = "where is the red gate of the old building in town"

    /// - Returns: the entry.
    private static func confirm(_ bench: Bench) async throws -> EntryID {
        let entry = try await bench.ask(question).receipt.entry!
        bench.change { $0.verdict = SemanticCacheTests.same }
        #expect(await bench.lookup(alias).receipt.outcome == .confirmed)
        bench.change { $0.verdict = nil }
        return entry
    }

    private static func similarity(_ cache: SemanticCache) async -> Double {
        await cache.explain(Bench.query(near, "", .init())).candidates.first?.candidate.similarity ?? 0
    }

    @Test func whatIsNearToAnAliasIsNearToItsEntry() async throws {
        try await withBench { bench in
            let entry = try await bench.ask(Self.question).receipt.entry!
            let before = await Self.similarity(bench.cache)
            bench.change { $0.verdict = SemanticCacheTests.same }
            #expect(await bench.lookup(Self.alias).receipt.outcome == .confirmed)
            let explanation = await bench.cache.explain(Bench.query(Self.near, "", .init()))
            #expect(explanation.candidates.map(\.candidate.entry.id) == [entry], "one entry of two wordings")
            #expect(try #require(explanation.candidates.first).candidate.similarity > before + 0.05)
            #expect(bench.cache.indexes.count == 1, "aliases are no entries")
        }
    }

    @Test func theEntriesNearestInMeaningAreNotCrowdedOutByWordings() async throws {
        try await withBench { bench in
            let entry = try await bench.ask(Self.question).receipt.entry!
            bench.change { $0.verdict = SemanticCacheTests.same }
            for place in ["gate", "wall", "yard", "roof"] {
                let wording = Self.question.replacing("door", with: place)
                #expect(await bench.lookup(wording).receipt.outcome == .confirmed)
            }
            bench.change { $0.verdict = nil }
            let other = try await bench.ask("where is the key of the house").receipt.entry!
            let found = try await bench.cache.like(Self.alias, tenant: "t", scopeName: nil, limit: 2)
            #expect(found.map(\.entry.id) == [entry, other], "each once, by its nearest wording")
            #expect(found.first.map { $0.similarity > 0.999 } == true)
        }
    }

    @Test func aRestartKeepsThem() async throws {
        try await withBench { bench in
            _ = try await Self.confirm(bench)
            let expected = await Self.similarity(bench.cache)
            let reopened = SemanticCache(bench.cache.parts)
            #expect(try reopened.load().isEmpty)
            #expect(await Self.similarity(reopened) == expected)
        }
    }

    @Test func badFeedbackRevokesThem() async throws {
        try await withBench { bench in
            let entry = try await Self.confirm(bench)
            let with = await Self.similarity(bench.cache)
            let bad = Feedback(entry: entry, verdict: .bad, time: Timestamp(milliseconds: 1_800_000_000_000))
            #expect(try await bench.cache.feedback(bad))
            let without = await Self.similarity(bench.cache)
            #expect(without < with)
            let reopened = SemanticCache(bench.cache.parts)
            _ = try reopened.load()
            #expect(await Self.similarity(reopened) == without)
        }
    }

    @Test func theyGoWithTheirEntry() async throws {
        try await withBench { bench in
            let entry = try await Self.confirm(bench)
            _ = try await bench.cache.forget([entry])
            let explanation = await bench.cache.explain(Bench.query(Self.near, "", .init()))
            #expect(explanation.candidates.isEmpty && explanation.vectors == 0)
        }
    }

    /// The answer is stored anew under the alias's own wording: the entry no longer has it.
    @Test func aWordingThatIsTakenAwayIsFoundNoMore() async throws {
        try await withBench { bench in
            let entry = try await Self.confirm(bench)
            var anew = Query.Directives()
            anew.mayRead = false
            let own = try await bench.ask(Self.alias, answer: "another", directives: anew).receipt.entry!
            #expect(own != entry)
            let found = await bench.cache.explain(Bench.query(Self.near, "", .init())).candidates
            #expect(found.map(\.candidate.entry.id) == [own, entry])
            #expect(found[1].candidate.similarity < found[0].candidate.similarity)
        }
    }

    @Test func anotherEmbedderMakesItsOwn() async throws {
        try await withBench { bench in
            _ = try await Self.confirm(bench)
            let expected = await Self.similarity(bench.cache)
            var parts = bench.cache.parts
            parts.embedder = WordEmbedder(name: "other words", dimension: 48)
            let changed = SemanticCache(parts)
            _ = try changed.load()
            #expect(await Self.similarity(changed) == 0)
            #expect(try await changed.embedMissing() == 1)
            #expect(abs(await Self.similarity(changed) - expected) < 1e-6)
        }
    }

    @Test func anEntryHasSoManyAtMost() async throws {
        try await withBench { bench in
            let entry = try await bench.ask(Self.question).receipt.entry!
            let vector = try await bench.embedder.embed([Self.alias])[0]
            let components = NewEntry.Vector(
                embedder: EmbedderKey(name: "words", dimension: 64), components: vector)
            var kept = 0
            for number in 0..<(Limits.aliasVectorsPerEntryMax + 5) {
                let key = Digest(of: "alias \(number)")
                #expect(try await bench.store.addAlias(to: entry, text: "\(number)", key: key, source: .confirmed))
                if try await bench.store.addAliasVector(to: entry, key: key, components) != nil { kept += 1 }
                #expect(try await bench.store.addAliasVector(to: entry, key: key, components) == nil, "has one")
            }
            #expect(kept == Limits.aliasVectorsPerEntryMax)
            #expect(try bench.store.aliasVectors(of: entry, source: .confirmed).count == kept)
            _ = try await bench.store.removeAliases(of: entry, source: .confirmed)
            #expect(try bench.store.aliasVectors(of: entry, source: .confirmed).isEmpty)
            #expect(try bench.store.integrityCheck() == [])
        }
    }
}

import Store
import Support
import Testing

@testable import Cache

/// A scope comes into memory with its first question, and goes when nobody asks any more.
@Suite struct ScopeLoaderTests {
    private static let question = "where is the red door of the old house in town"
    private static let near = "where is the red gate of the old house in town"

    private static func query(_ text: String, _ scope: String = "") -> Query { Bench.query(text, scope, .init()) }

    @Test(arguments: TwoNodes.Kind.allCases) func aScopeComesWithItsFirstQuestion(kind: TwoNodes.Kind) async throws {
        try await withNodes(kind) { nodes in
            let stored = try await nodes.insert(Self.question, by: nodes.whole)
            try await nodes.insert("another question", scope: "other", by: nodes.whole)
            #expect(nodes.part.indexes.scopeCount == 0)
            let exact = await nodes.part.lookup(Self.query(Self.question))
            #expect(exact.receipt.outcome == .exact)
            #expect(nodes.part.indexes.scopeCount == 0, "an exact question needs no vectors")
            let found = await nodes.part.explain(Self.query(Self.near)).candidates
            #expect(found.map(\.candidate.entry.id) == [stored.entry])
            #expect(nodes.part.indexes.scopeCount == 1 && nodes.part.indexes.count == 1)
            #expect(await nodes.part.explain(Self.query(Self.near, "none")).candidates.isEmpty)
            #expect(nodes.part.metrics.snapshot.scopeLoads == 1)
            try await nodes.check()
        }
    }

    @Test func manyWhoAskAtOnceHaveItReadOnce() async throws {
        try await withNodes { nodes in
            for number in 0..<300 { try await nodes.insert("question \(number)", by: nodes.whole) }
            let scope = try #require(try nodes.store.scope(TwoNodes.key("")))
            let held = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<100 { group.addTask { await nodes.loader.holds(scope) } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(held == 100 && nodes.part.metrics.snapshot.scopeLoads == 1 && nodes.part.indexes.count == 300)
        }
    }

    /// What this node stores itself is found at once, whether its scope is away, here, or being read.
    @Test func whatANodeStoresItFindsAtOnce() async throws {
        try await withNodes { nodes in
            let first = try await nodes.insert(Self.question, by: nodes.part)
            let found = await nodes.part.explain(Self.query(Self.near)).candidates
            #expect(found.map(\.candidate.entry.id) == [first.entry])
            let second = try await nodes.insert("where is the blue gate of the old house in town", by: nodes.part)
            #expect(await nodes.part.explain(Self.query(Self.near)).candidates.count == 2)
            _ = try await nodes.part.forget([first.entry])
            nodes.part.memory.loader?.startOver()
            try await nodes.whileReading(first.scope) {
                try await nodes.insert("where is the green gate of the old house in town", by: nodes.part)
                _ = try await nodes.part.forget([second.entry])
            }
            let left = await nodes.part.explain(Self.query(Self.near)).candidates
            #expect(left.map(\.candidate.entry.question) == ["where is the green gate of the old house in town"])
            try await nodes.check()
        }
    }

    /// A pair may be refused while a question waits for its scope.
    @Test func whatIsRefusedMeanwhileCounts() async throws {
        try await withNodes(.server) { nodes in
            let stored = try await nodes.insert(Self.question, by: nodes.whole)
            var asked: Task<Reply, Never>?
            try await nodes.whileReading(stored.scope) {
                asked = Task { await nodes.part.lookup(Self.query(Self.near)) }
                // Long enough for it to have asked the store.
                try await Task.sleep(for: .milliseconds(300))
                try await nodes.store.refuse(
                    scope: stored.scope, key: SemanticCache.key(of: Self.near), entry: stored.entry)
            }
            let reply = await asked?.value
            #expect(reply?.candidates.map(\.isRefused) == [true])
        }
    }

    @Test(arguments: TwoNodes.Kind.allCases) func changesThatComeWhileItIsReadAreTakenIn(
        kind: TwoNodes.Kind
    ) async throws {
        try await withNodes(kind) { nodes in
            var feed = PlayedFeed()
            let gone = try await nodes.insert("one two three", by: nodes.whole)
            let kept = try await nodes.insert("four five six", by: nodes.whole)
            _ = try feed.changes(nodes)
            let observation = Observation(
                scope: kept.scope, entry: kept.entry, source: .verdict, logOdds: 0, same: 0)
            await nodes.whole.learn([observation])
            try await nodes.whileReading(kept.scope) {
                _ = try await nodes.whole.forget([gone.entry])
                try await nodes.insert("seven eight nine", by: nodes.whole)
                try await nodes.alias("four five seven", of: kept.entry, by: nodes.whole)
                await nodes.whole.learn([observation, observation])
                let changes = try feed.changes(nodes)
                #expect(Set(changes.map(\.kind)) == [.added, .changed, .observed])
                nodes.loader.apply(changes)
                nodes.loader.apply(changes)
                #expect(nodes.part.indexes.index(of: kept.scope) == nil, "it is still being read")
            }
            #expect(nodes.part.indexes.count == 2)
            try await nodes.check()
        }
    }

    @Test func missedChangesHaveItReadOnceMore() async throws {
        try await withNodes { nodes in
            let first = try await nodes.insert("one two three", by: nodes.whole)
            try await nodes.insert("one two four", scope: "b", by: nodes.whole)
            try await nodes.check()
            #expect(nodes.part.indexes.scopeCount == 2)
            nodes.loader.startOver()
            #expect(nodes.part.indexes.scopeCount == 0)
            try await nodes.whileReading(first.scope) {
                _ = try await nodes.whole.forget([first.entry])
                try await nodes.insert("five six", by: nodes.whole)
                nodes.loader.startOver()
            }
            try await nodes.check()
        }
    }

    @Test func aQuestionWaitsSoLongAndNoLonger() async throws {
        try await withNodes { nodes in
            let stored = try await nodes.insert(Self.question, by: nodes.whole)
            try await nodes.whileReading(stored.scope) {
                #expect(await nodes.part.lookup(Self.query(Self.near)).receipt.outcome == .miss)
                // The time counts from when the reading began.
                #expect(await nodes.part.lookup(Self.query("where is it")).receipt.outcome == .miss)
                #expect(nodes.part.metrics.snapshot.scopeWaits >= 2)
                #expect(nodes.part.metrics.snapshot.storeErrors == 0)
            }
            #expect(await nodes.part.explain(Self.query(Self.near)).candidates.count == 1)
        }
    }

    @Test func whoLeavesDoesNotStopTheReading() async throws {
        try await withNodes { nodes in
            let stored = try await nodes.insert(Self.question, by: nodes.whole)
            try await nodes.whileReading(stored.scope) {
                let asking = Task { await nodes.loader.holds(stored.scope) }
                asking.cancel()
                #expect(await asking.value == false)
            }
            #expect(nodes.part.indexes.count == 1)
        }
    }

    @Test func whatNobodyAsksForGoes() async throws {
        try await withNodes { nodes in
            let old = try await nodes.insert("one two three", scope: "old", by: nodes.whole)
            let used = try await nodes.insert("one two three", scope: "used", by: nodes.whole)
            await nodes.whole.learn([
                Observation(scope: old.scope, entry: old.entry, source: .verdict, logOdds: 0, same: 0)
            ])
            try await nodes.check()
            #expect(nodes.part.dropColdScopes() == 0 && nodes.part.evidenceSummary.scopes == 2)
            nodes.pass(seconds: Int64(Limits.scopeIdleSecondsMax) - 1)
            #expect(await nodes.loader.holds(used.scope))
            nodes.pass(seconds: 2)
            #expect(nodes.part.dropColdScopes() == 1)
            #expect(nodes.part.indexes.index(of: old.scope) == nil && nodes.part.indexes.index(of: used.scope) != nil)
            #expect(nodes.part.evidenceSummary.scopes == 1)
            #expect(nodes.part.metrics.snapshot.scopesDropped == 1)
            try await nodes.check("it comes again, with what was learned of it")
            #expect(try nodes.store.statistics().entries == 2)
        }
    }

    @Test func theColdestMakeRoom() async throws {
        try await withNodes { nodes in
            var scopes: [ScopeID] = []
            for name in ["a", "b", "c", "d"] {
                for number in 0..<50 { try await nodes.insert("question \(number)", scope: name, by: nodes.whole) }
                scopes.append(try #require(try nodes.store.scope(TwoNodes.key(name))))
                #expect(await nodes.loader.holds(scopes.last!))
                nodes.pass(seconds: Int64(Limits.scopeBusySeconds) + 1)
            }
            let perScope = 50 * Limits.indexBytesPerRow(dimension: 64)
            // An eighth of it is wanted free: a little more than one scope has.
            nodes.bound(limit: 800_000, used: 700_000 + perScope + 1)
            #expect(nodes.part.dropColdScopes() == 2)
            #expect(nodes.part.indexes.index(of: scopes[1]) == nil && nodes.part.indexes.index(of: scopes[2]) != nil)
            // What is in use goes only when there is nothing left.
            for scope in scopes[2...] { #expect(await nodes.loader.holds(scope)) }
            #expect(nodes.part.dropColdScopes() == 0)
            nodes.bound(limit: 800_000, used: 800_001)
            #expect(nodes.part.dropColdScopes() == 1)
            // Where others take the memory, it would not help.
            nodes.bound(limit: 800_000, used: 100_000_000)
            #expect(nodes.part.dropColdScopes() == 0)
            #expect(try nodes.store.statistics().entries == 200, "the store keeps them all")
        }
    }

    @Test func aScopeWithoutMemoryIsFoundByItsWordings() async throws {
        try await withNodes { nodes in
            let stored = try await nodes.insert(Self.question, by: nodes.whole)
            nodes.bound(limit: 1_000, used: 1_000)
            for _ in 0..<2 {
                #expect(await nodes.part.explain(Self.query(Self.near)).candidates.isEmpty)
                #expect(await nodes.part.lookup(Self.query(Self.question)).receipt.outcome == .exact)
                nodes.pass(seconds: Int64(Limits.scopeRefusedSeconds) + 1)
            }
            #expect(nodes.lines.filter { $0.contains("no memory for the scope \(stored.scope.rawValue)") }.count == 1)
            // What is stored for all nodes is stored all the same.
            try await nodes.insert("is there room", by: nodes.part)
            #expect(try nodes.store.statistics().entries == 2 && nodes.part.metrics.snapshot.memoryRefusals == 0)
            nodes.bound(limit: 1_000, used: 0)
            #expect(await nodes.part.explain(Self.query(Self.near)).candidates.count == 1)
        }
    }

    @Test func manyScopesAreLookedThroughByMeaning() async throws {
        try await withNodes { nodes in
            for number in 0..<40 { try await nodes.insert("number \(number)", scope: "\(number)", by: nodes.whole) }
            let found = try await nodes.part.like("number 7", tenant: "t", scopeName: nil, limit: 3)
            #expect(found.first?.entry.question == "number 7" && nodes.part.indexes.scopeCount == 40)
        }
    }

    @Test func aServersStoreIsLoadedByScopesUnlessToldOtherwise() async throws {
        try await withNodes { nodes in
            var parts = nodes.part.parts
            parts.loadsScopes = nil
            #expect(SemanticCache(parts).memory.loader == nil, "a file has one daemon")
            #expect(SemanticCache(parts, continuing: nodes.part).memory.loader === nodes.part.memory.loader)
        }
        try await withNodes(.server) { nodes in
            var parts = nodes.part.parts
            parts.loadsScopes = nil
            #expect(SemanticCache(parts).memory.loader != nil)
        }
    }
}

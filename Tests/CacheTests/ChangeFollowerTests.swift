import Store
import Support
import Synchronization
import TestEmbedder
import Testing

@testable import Cache

/// Whatever is done to a store, by whichever node, each ends with the same in memory.
@Suite struct ChangeFollowerTests {
    struct Course: Sendable, CustomTestStringConvertible {
        let kind: TwoNodes.Kind
        let seed: UInt64
        var testDescription: String { "\(kind) \(seed)" }
    }

    static let courses =
        (1...6).map { Course(kind: .file, seed: $0) } + (1...2).map { Course(kind: .server, seed: $0) }

    @Test(arguments: courses) func allNodesEndWithTheSame(course: Course) async throws {
        try await withNodes(course.kind) { nodes in
            var random = SplitMix64(seed: course.seed)
            var feed = PlayedFeed()
            var pending: [[Change]] = []
            var told: [[Change]] = []
            for step in 0..<150 {
                nodes.pass(seconds: Int64.random(in: 0..<20, using: &random))
                try await act(nodes, &random)
                pending.append(try feed.changes(nodes))
                // Several commits at once or none, and some that were told before.
                while !pending.isEmpty, Int.random(in: 0..<3, using: &random) > 0 {
                    let count = min(pending.count, Int.random(in: 1...3, using: &random))
                    let again = told.suffix(Int.random(in: 0...2, using: &random))
                    nodes.loader.apply((again + pending.prefix(count)).flatMap { $0 })
                    told += pending.prefix(count)
                    pending.removeFirst(count)
                }
                if step % 30 == 29 {
                    for changes in pending { nodes.loader.apply(changes) }
                    (told, pending) = (told + pending, [])
                    try await nodes.check("after \(step + 1) steps")
                }
            }
            #expect(nodes.part.metrics.snapshot.scopeLoads > 5 && nodes.part.metrics.snapshot.storeErrors == 0)
        }
    }

    private static let words = ["red", "blue", "door", "house", "key", "open", "paint", "sell", "why", "where"]

    private static func text(_ random: inout SplitMix64) -> String {
        (0..<4).map { _ in words.randomElement(using: &random)! }.joined(separator: " ")
    }

    /// Something that a node does.
    private func act(_ nodes: TwoNodes, _ random: inout SplitMix64) async throws {
        let cache = Bool.random(using: &random) ? nodes.part : nodes.whole
        let scope = ["a", "b", "c"].randomElement(using: &random)!
        let stored = try nodes.store.entries(limit: 1_000).randomElement(using: &random)
        let text = Self.text(&random)
        switch Int.random(in: 0..<16, using: &random) {
        case 0..<6: try await nodes.insert(text, scope: scope, by: cache)
        case 6..<8: if let stored { _ = try await cache.forget([stored.id]) }
        case 8..<11:
            guard let stored, let name = try nodes.store.scopeKey(stored.scope)?.name else { return }
            try await nodes.alias(text, of: stored.id, scope: name, by: cache)
        case 11:
            let time = Timestamp(milliseconds: 0)
            if let stored { _ = try await cache.feedback(Feedback(entry: stored.id, verdict: .bad, time: time)) }
        case 12:
            guard let stored else { return }
            let source = Observation.Source.allCases.randomElement(using: &random)!
            let same = Double.random(in: 0...1, using: &random)
            await cache.learn([
                Observation(scope: stored.scope, entry: stored.id, source: source, logOdds: 0.5, same: same)
            ])
        case 13: if let stored { _ = await nodes.loader.holds(stored.scope) }
        case 14:
            nodes.pass(seconds: Int64(Limits.scopeIdleSecondsMax) - 30)
            _ = nodes.part.dropColdScopes()
        default: if Int.random(in: 0..<4, using: &random) == 0 { nodes.loader.startOver() }
        }
    }

    /// Nodes that store, forget and ask while a feed tells of it from a thread of its own.
    @Test func allAtOnce() async throws {
        try await withNodes { nodes in
            await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        let cache = worker % 2 == 0 ? nodes.part : nodes.whole
                        for number in 0..<40 {
                            let scope = "\(number % 3)"
                            let mine = try await nodes.insert("word\(worker) number\(number)", scope: scope, by: cache)
                            if number % 4 == 0 { _ = try await cache.forget([mine.entry]) }
                            if number % 5 == 0 {
                                try await nodes.alias("w\(worker) n\(number)", of: mine.entry, scope: scope, by: cache)
                            }
                            _ = await nodes.loader.holds(mine.scope)
                            if number % 10 == 9 { nodes.loader.startOver() }
                        }
                    }
                }
                group.addTask {
                    var feed = PlayedFeed()
                    for _ in 0..<60 {
                        nodes.loader.apply(try feed.changes(nodes))
                        await Task.yield()
                    }
                }
            }
            var feed = PlayedFeed()
            nodes.loader.apply(try feed.changes(nodes))
            try await nodes.check()
        }
    }

    @Test(arguments: TwoNodes.Kind.allCases) func whatIsObservedCountsOnceOnEveryNode(
        kind: TwoNodes.Kind
    ) async throws {
        try await withNodes(kind) { nodes in
            var feed = PlayedFeed()
            let stored = try await nodes.insert("one two three", by: nodes.whole)
            #expect(await nodes.loader.holds(stored.scope))
            let before = try nodes.held(stored.scope, by: nodes.part)
            let observation = Observation(
                scope: stored.scope, entry: stored.entry, source: .audit, logOdds: 1, same: 0)
            await nodes.part.learn([observation])
            #expect(try nodes.held(stored.scope, by: nodes.part) == before, "it comes with its commit")
            #expect(nodes.part.evidenceSummary.observations == [.audit: 1])
            let changes = try feed.changes(nodes)
            let mini = nodes.part.miniReliability.falseAccepts
            for _ in 0..<3 { nodes.loader.apply(changes) }
            #expect(try nodes.held(stored.scope, by: nodes.part) != before)
            let once = nodes.part.miniReliability.falseAccepts
            #expect(once > mini)
            try await nodes.check()
            // A node that starts later knows the same, and one that has missed something.
            let later = SemanticCache(nodes.part.parts)
            try later.memory.loader!.readShared()
            #expect(later.miniReliability.falseAccepts == once)
            nodes.loader.startOver()
            #expect(nodes.part.miniReliability.falseAccepts == once)
        }
    }

    /// Audits tell of mini whatever scope they are of.
    @Test func auditsOfScopesThatAreAwayCount() async throws {
        try await withNodes { nodes in
            var feed = PlayedFeed()
            let stored = try await nodes.insert("one two three", by: nodes.whole)
            let observation = Observation(
                scope: stored.scope, entry: stored.entry, source: .audit, logOdds: 1, same: 0)
            await nodes.whole.learn([observation])
            let before = nodes.part.miniReliability.falseAccepts
            nodes.loader.apply(try feed.changes(nodes))
            #expect(nodes.part.miniReliability.falseAccepts > before && nodes.part.evidenceSummary.scopes == 0)
            try await nodes.check()
        }
    }

    @Test func whatCannotBeReadIsReadAnew() async throws {
        try await withNodes { nodes in
            var feed = PlayedFeed()
            let stored = try await nodes.insert("one two three", by: nodes.whole)
            #expect(await nodes.loader.holds(stored.scope))
            let changes = try feed.changes(nodes)
            await nodes.store.close()
            nodes.loader.apply([Change(commit: 1, kind: .tags, scope: nil, row: 0)])
            #expect(nodes.part.indexes.scopeCount == 1 && nodes.part.metrics.snapshot.storeErrors == 1)
            nodes.loader.apply(changes)
            #expect(nodes.part.indexes.scopeCount == 0, "what has changed is not known")
            #expect(await nodes.loader.holds(stored.scope) == false, "and cannot be read now")
        }
    }

    @Test func tagsAreReadAnew() async throws {
        try await withNodes { nodes in
            let changed = Change(commit: 1, kind: .tags, scope: nil, row: 0)
            let now = Timestamp(milliseconds: 1)
            try await nodes.store.learn(of: ["price"], tenant: "t", at: now) { $0.observations += 1 }
            nodes.loader.apply([changed])
            #expect(nodes.part.lives.all.map(\.changes.tag) == ["price"])
            try await nodes.store.forgetTagChanges("price", tenant: nil)
            nodes.loader.apply([changed])
            #expect(nodes.part.lives.all.isEmpty)
        }
    }

    @Test func aDamagedVectorIsMadeAnew() async throws {
        try await withNodes { nodes in
            let stored = try await nodes.insert("one two three", by: nodes.whole)
            nodes.loader.damaged.withLock { _ = $0.insert(stored.entry) }
            nodes.embedder.fail(true)
            await #expect(throws: (any Error).self) { try await nodes.part.embedMissing() }
            nodes.embedder.fail(false)
            #expect(nodes.part.needsEmbedding)
            #expect(try await nodes.part.embedMissing() == 1)
            #expect(!nodes.part.needsEmbedding)
        }
    }
}

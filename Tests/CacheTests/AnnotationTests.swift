import JSON
import Models
import Store
import Support
import Testing

@testable import Cache

/// What mini says of an answer before it is stored.
@Suite struct AnnotationTests {
    private func withCache(
        _ reply: String?, timeToLiveSeconds: Int64? = nil, _ body: (SemanticCache) async throws -> Void
    ) async throws {
        try await withBench(timeToLiveSeconds: timeToLiveSeconds) { bench in
            var parts = bench.cache.parts
            parts.annotator = Annotator { body throws(ModelError) in
                let data = try! JSONValue.parse(body["messages"]?[1]?["content"]?.string ?? "")
                guard let reply, data["question"] == "where is it", data["answer"] == "here" else {
                    throw ModelError(.unreachable)
                }
                return Bench.completion(reply, cost: Money(nanodollars: 70))
            }
            try await body(SemanticCache(parts))
        }
    }

    private func ask(_ cache: SemanticCache) async throws -> Reply {
        var query = Bench.query("where is it", "", .init())
        query.tags = ["own"]
        return try await cache.ask(query) { () throws(ModelError) in
            Bench.completion("here", cost: Money(nanodollars: 4_000_000))
        }
    }

    @Test(
        arguments: [
            ("always", nil, nil), ("always", 100, 100), ("months", nil, 2_592_000), ("days", nil, 86_400),
            ("hours", nil, 3_600), ("hours", 100, 100), ("hours", 1_000_000, 3_600),
        ] as [(String, Int64?, Int64?)])
    func tagsAndLifetimeAreStored(holds: String, timeToLive: Int64?, seconds: Int64?) async throws {
        let reply = #"{"tags":["Places","own",""],"personal":false,"holds":"\#(holds)"}"#
        try await withCache(reply, timeToLiveSeconds: timeToLive) { cache in
            let first = try await ask(cache)
            #expect(first.receipt.isStored)
            #expect(first.receipt.cost == Money(nanodollars: 4_000_070))
            let id = try #require(first.receipt.entry)
            let entry = try #require(try cache.parts.store.entry(id))
            #expect(entry.tags == ["own", "places"])
            #expect(entry.expires.map { $0.seconds - entry.created.seconds } == seconds)
        }
    }

    /// What is of a person, what holds for a moment, what mini does not say, and what is off the schema.
    @Test(arguments: [
        #"{"tags":[],"personal":true,"holds":"always"}"#, #"{"tags":[],"personal":false,"holds":"moment"}"#,
        #"{"tags":[],"personal":false,"holds":"weeks"}"#, #"{"tags":[1],"personal":false,"holds":"always"}"#,
        #"{"tags":[],"personal":"no","holds":"always"}"#, #"{"tags":[],"personal":false}"#,
        #"{"tags":[],"personal":false,"holds":"always","sure":true}"#, "store it", nil,
    ])
    func isServedAndNotStored(reply: String?) async throws {
        try await withCache(reply) { cache in
            let first = try await ask(cache)
            #expect(first.answer == "here" && !first.receipt.isStored && first.receipt.entry == nil)
            #expect(try cache.parts.store.statistics().entries == 0)
        }
    }
}

import Support
import Testing

@testable import Embedding

@Suite struct LocalEmbedderTests {
    @Test func identityNamesTheWeights() throws {
        let identity = try Reference.model().embedder.identity
        #expect(identity == EmbedderIdentity(name: "all-MiniLM-L6-v2/53aa51172d14", dimension: 384))
    }

    @Test func noTextsHaveNoVectors() async throws {
        #expect(try await Reference.model().embedder.embed([]) == [])
    }

    @Test func manyCallersAtOnceEachGetTheirOwn() async throws {
        let embedder = try Reference.model().embedder
        let texts = Array(Reference.texts.prefix(40))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for start in texts.indices {
                group.addTask {
                    let own = Array(texts[start..<min(start + start % 4 + 1, texts.count)])
                    let vectors = try await embedder.embed(own.map(\.text))
                    #expect(vectors.count == own.count)
                    for (vector, reference) in zip(vectors, own) {
                        #expect(Reference.cosine(vector, reference.vector) >= 0.99999)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func moreTextsThanMayWaitAreRefused() async throws {
        let embedder = try Reference.model().embedder
        let texts = [String](repeating: "a", count: Limits.embeddingQueueTextsMax + 1)
        let error = await #expect(throws: EmbeddingError.self) { try await embedder.embed(texts) }
        #expect(error?.kind == .busy)
    }

    @Test func aCancelledCallEndsAndLeavesTheEmbedderUsable() async throws {
        let embedder = try LocalEmbedder(model: Reference.modelDirectory.path, threads: 1)
        let long = String(repeating: "word ", count: 300)
        let task = Task { try await embedder.embed([String](repeating: long, count: 2_000)) }
        try await Task.sleep(for: .milliseconds(20))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // 2,000 texts of this length take minutes here: that this one is answered shows that they are dropped.
        let vector = try await embedder.embed([Reference.texts[0].text])[0]
        #expect(Reference.cosine(vector, Reference.texts[0].vector) >= 0.99999)
    }

    @Test func aCallInACancelledTaskIsNotStarted() async throws {
        let embedder = try Reference.model().embedder
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await embedder.embed(["a"])
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

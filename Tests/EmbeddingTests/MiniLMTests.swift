import Testing

@testable import Embedding

@Suite struct MiniLMTests {
    @Test func vectorsAreTheReferencesForTextsAlone() async throws {
        let embedder = try Reference.model().embedder
        for (number, reference) in Reference.texts.enumerated() {
            let vector = try await embedder.embed([reference.text])[0]
            let cosine = Reference.cosine(vector, reference.vector)
            #expect(cosine >= 0.99999, "line \(number + 1): \(reference.text.debugDescription)")
        }
    }

    @Test func vectorsAreTheReferencesForTextsInBatches() async throws {
        let embedder = try Reference.model().embedder
        let sizes = [2, 7, 64, 100, 3, 33]
        var rest = Reference.texts[...]
        var turn = 0
        while !rest.isEmpty {
            let batch = rest.prefix(sizes[turn % sizes.count])
            rest = rest.dropFirst(batch.count)
            let vectors = try await embedder.embed(batch.map(\.text))
            #expect(vectors.count == batch.count)
            for (vector, reference) in zip(vectors, batch) {
                #expect(Reference.cosine(vector, reference.vector) >= 0.99999, "\(reference.text.debugDescription)")
            }
            turn += 1
        }
    }

    @Test(.enabled(if: Precision.bfloat16.isAvailable, "the processor has no bfloat16"))
    func vectorsInHalfPrecisionAreNearTheReferences() async throws {
        let embedder = try LocalEmbedder(model: Reference.modelDirectory.path, threads: 1, precision: .bfloat16)
        for batch in [Reference.texts[..<40], Reference.texts[40...]] {
            for (vector, reference) in zip(try await embedder.embed(batch.map(\.text)), batch) {
                #expect(Reference.cosine(vector, reference.vector) >= 0.9999, "\(reference.text.debugDescription)")
            }
        }
    }

    @Test func vectorsHaveLengthOne() async throws {
        for vector in try await Reference.model().embedder.embed(["", "one", "two words"]) {
            #expect(vector.count == 384)
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        }
    }

    @Test func aScratchCarriesNothingFromOneCallToTheNext() throws {
        let model = try MiniLM(try SafeTensors(try Reference.modelDirectory.open(ModelDirectory.weights)))
        let (short, long) = (Reference.texts[0].ids, [Int32](repeating: 2_000, count: 256))
        var fresh = MiniLM.Scratch()
        let expected = model.embed([short], &fresh)
        var used = MiniLM.Scratch()
        _ = model.embed([long, long, long], &used)
        #expect(model.embed([short], &used) == expected)
    }
}

import CSieve
import Support
import Testing

@testable import Search

@Suite struct SieveTests {
    static let dimensions = [1, 2, 3, 16, 100, 384]

    /// The sieve's promise at its edge: with each row's own similarity as the threshold, that row must pass.
    @Test(arguments: Structure.allCases, dimensions)
    func noRowIsDiscardedAtItsOwnSimilarity(structure: Structure, dimension: Int) throws {
        var random = SplitMix64(seed: UInt64(dimension))
        let vectors = structure.vectors(200, dimension, using: &random)
        let (sieve, heads) = try sieved(vectors, dimension)
        let queries = Array(vectors[..<4]) + structure.vectors(4, dimension, using: &random)
        for query in queries {
            let sieveQuery = sieve.encode(query: query)
            for (slot, vector) in vectors.enumerated() {
                let threshold = BruteForce.similarity(vector, query)
                for kernel in SieveKernel.supported {
                    let survivors = survivors(sieveQuery, heads, vectors.count, threshold, kernel)
                    #expect(survivors.contains(slot), "row \(slot), threshold \(threshold)")
                }
            }
        }
    }

    /// Rows unlike the sample: of other lengths, far out on an axis, on its other side, at right angles to it.
    @Test func rowsUnlikeTheSampleAreNotDiscarded() throws {
        var random = SplitMix64(seed: 3)
        let dimension = 64
        let sample = Structure.framed.vectors(300, dimension, using: &random)
        let few = sample[..<20]
        let strange =
            Structure.uniform.vectors(50, dimension, using: &random) + few.map { $0.map { 3 * $0 } }
            + few.map { $0.map { 0.01 * $0 } } + few.map { $0.map { -$0 } } + [Array(repeating: 0, count: dimension)]
        let sieve = try #require(Sieve(sample: sample.flatMap { $0 }, dimension: dimension))
        let heads = heads(sieve, strange)
        for query in strange {
            let sieveQuery = sieve.encode(query: query)
            for (slot, vector) in strange.enumerated() {
                let threshold = BruteForce.similarity(vector, query)
                #expect(survivors(sieveQuery, heads, strange.count, threshold).contains(slot))
            }
        }
        let bad = Sieve(sample: [Float](repeating: .nan, count: 640), dimension: dimension)
        #expect(bad == nil)
    }

    @Test(arguments: [Structure.clustered, .framed])
    func mostRowsOfStructuredVectorsAreDiscarded(structure: Structure) throws {
        var random = SplitMix64(seed: 5)
        let vectors = structure.vectors(800, 384, using: &random)
        let (sieve, heads) = try sieved(vectors, 384)
        let query = unitVector(384, near: vectors[0], spread: 0.01, using: &random)
        let survivors = survivors(sieve.encode(query: query), heads, vectors.count, 0.9)
        #expect(survivors.contains(0))
        #expect(survivors.count < vectors.count / 4)
    }

    @Test func axesAreOrthonormalAndFallInExtent() throws {
        var random = SplitMix64(seed: 6)
        let sample = Structure.clustered.vectors(500, 100, using: &random).flatMap { $0 }
        let axes = try #require(PrincipalAxes(sample: sample, dimension: 100, count: 36))
        #expect(axes.defect(dimension: 100) < 1e-4)
        #expect(axes.extents == axes.extents.sorted(by: >))
        #expect(axes.vectors.count == 36 * 100)
    }

    // MARK: Helpers

    private func sieved(_ vectors: [[Float]], _ dimension: Int) throws -> (Sieve, Heads) {
        let sieve = try #require(Sieve(sample: vectors.flatMap { $0 }, dimension: dimension))
        return (sieve, heads(sieve, vectors))
    }

    private func heads(_ sieve: Sieve, _ vectors: [[Float]]) -> Heads {
        let heads = Heads(sieve: sieve, rows: BlockRows.rowsMax)
        // One by one and together, as rows are added and as a generation spreads.
        let half = vectors.count / 2
        for slot in 0..<half { sieve.encode(vectors[slot], into: heads, slots: [slot]) }
        let slots = Array(half..<vectors.count)
        sieve.encode(vectors[half...].flatMap { $0 }, into: heads, slots: slots)
        return heads
    }

    private func survivors(
        _ query: SieveQuery, _ heads: Heads, _ rows: Int, _ threshold: Float, _ kernel: csieve_kernel? = nil
    ) -> [Int] {
        var survivors = [UInt16](repeating: 0, count: rows)
        let found = query.sift(
            heads, rows: rows, isFarAway: false, threshold: threshold, kernel: kernel ?? SieveKernel.fastest,
            survivors: &survivors)
        return survivors[..<found].map(Int.init)
    }
}

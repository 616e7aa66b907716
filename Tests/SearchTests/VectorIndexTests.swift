import CSieve
import Support
import Testing

@testable import Search

@Suite struct VectorIndexTests {
    static let shapes = [
        (1, 40), (2, 1_023), (3, 1_025), (16, 2_050), (100, 1_041), (384, 1_100), (1_536, 60),
    ]

    @Test(arguments: Structure.allCases, shapes)
    func findsWhatBruteForceFinds(structure: Structure, shape: (dimension: Int, count: Int)) {
        let (dimension, count) = shape
        var random = SplitMix64(seed: UInt64(dimension))
        let index = VectorIndex(dimension: dimension, fitting: .onDemand)
        var model = BruteForce()
        for (id, vector) in structure.vectors(count, dimension, using: &random).enumerated() {
            index.add(Int64(id), vector)
            model.rows[Int64(id)] = vector
        }
        let queries = [model.rows[0]!] + structure.vectors(2, dimension, using: &random)
        for isFitted in [false, true] {
            if isFitted { index.fit() }
            index.checkInvariants()
            for query in queries {
                // The last floor is a row's own similarity.
                for floor in [-1, 0.5, 0.9, model.similarity(Int64(count / 2), query)] {
                    for limit in [1, 10] {
                        let found = index.search(query, floor: floor, limit: limit)
                        #expect(model.fault(in: found, query, floor: floor, limit: limit) == nil)
                    }
                }
            }
        }
    }

    /// Counts at the borders of panels, of the first block's growth, and of blocks.
    @Test(arguments: [1, 2, 3, 15, 16, 17, 1_023, 1_024, 1_025, 2_048, 2_049])
    func everyRowIsFoundAtEveryCount(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        let index = VectorIndex(dimension: 8, fitting: .onDemand)
        let vectors = Structure.clustered.vectors(count, 8, using: &random)
        for (id, vector) in vectors.enumerated() { index.add(Int64(id), vector) }
        for isFitted in [false, true] {
            if isFitted { index.fit() }
            #expect(index.search(vectors[0], floor: -1, limit: count + 1).count == count)
            for id in Set([0, count / 2, count - 1]) {
                #expect(index.search(vectors[id], floor: 0.999, limit: count).contains { $0.id == Int64(id) })
            }
        }
    }

    /// Batches that end before, at and behind the end of a block, one after rows that were there already.
    @Test(arguments: [[1], [1_024, 1_024], [256, 256, 256, 300, 2_000], [5_000], [3, 1_021, 1, 1_500]])
    func loadedRowsAreFoundAsAddedOnes(batches: [Int]) {
        var random = SplitMix64(seed: 9)
        let index = VectorIndex(dimension: 32, fitting: .onDemand)
        var model = BruteForce()
        let vectors = Structure.clustered.vectors(batches.reduce(1, +), 32, using: &random)
        index.add(0, vectors[0])
        for (id, vector) in vectors.enumerated() { model.rows[Int64(id)] = vector }
        var first = 1
        for count in batches {
            index.load(vectors, first..<first + count)
            first += count
        }
        index.endLoading()
        index.checkInvariants()
        #expect(index.count == vectors.count)
        for isFitted in [false, true] {
            if isFitted { index.fit() }
            index.checkInvariants()
            for query in [vectors[0], vectors[vectors.count / 2]] {
                let found = index.search(query, floor: 0.5, limit: 10)
                #expect(model.fault(in: found, query, floor: 0.5, limit: 10) == nil)
            }
        }
    }

    @Test(arguments: UInt64(1)...4, SieveKernel.supported)
    func randomOperationsAgreeWithTheModel(seed: UInt64, kernel: csieve_kernel) {
        var random = SplitMix64(seed: seed)
        let index = VectorIndex(dimension: 12, fitting: .onDemand, kernel: kernel, largePagesFrom: Int(seed))
        var model = BruteForce()
        // Grows past a block, shrinks to nothing, grows again.
        for (operations, addShare) in [(2_600, 0.85), (3_200, 0.2), (1_500, 0.7)] {
            for _ in 0..<operations {
                let id = Int64.random(in: 0..<2_400, using: &random)
                if Double.random(in: 0..<1, using: &random) < addShare {
                    let vector = Structure.clustered.vectors(1, 12, using: &random)[0]
                    index.add(id, vector)
                    model.rows[id] = vector
                } else {
                    #expect(index.remove(id) == (model.rows.removeValue(forKey: id) != nil))
                }
                if Int.random(in: 0..<400, using: &random) == 0 { index.fit() }
                if Int.random(in: 0..<60, using: &random) == 0 {
                    let query = unitVector(12, using: &random)
                    let found = index.search(query, floor: 0.4, limit: 50)
                    #expect(model.fault(in: found, query, floor: 0.4, limit: 50) == nil)
                }
            }
            #expect(index.count == model.rows.count)
            index.checkInvariants()
        }
    }

    @Test func equalRowsComeInTheOrderOfTheirIDs() {
        let index = VectorIndex(dimension: 2)
        for id: Int64 in [5, 3, 9, 1] { index.add(id, [1, 0]) }
        #expect(index.search([1, 0], floor: 0.5, limit: 3).map(\.id) == [1, 3, 5])
    }

    @Test func anEmptyIndexFindsNothing() {
        let index = VectorIndex(dimension: 3)
        #expect(index.search([1, 0, 0], floor: -1, limit: 5).isEmpty)
        index.fit()
        index.add(1, [1, 0, 0])
        index.remove(1)
        #expect(index.search([1, 0, 0], floor: -1, limit: 5).isEmpty)
    }

    @Test func aQueryThatIsNotANumberFindsNothing() {
        var random = SplitMix64(seed: 9)
        let index = VectorIndex(dimension: 40, fitting: .onDemand)
        for id in 0..<Int64(100) { index.add(id, unitVector(40, using: &random)) }
        for isFitted in [false, true] {
            if isFitted { index.fit() }
            #expect(index.search([Float](repeating: .nan, count: 40), floor: -1, limit: 5).isEmpty)
        }
    }
}

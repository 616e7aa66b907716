import Testing

@testable import Search

/// The index against the plainest possible search.
struct BruteForce {
    var rows: [Int64: [Float]] = [:]

    func search(_ query: [Float], floor: Float, limit: Int) -> [Match] {
        let all = rows.map { id, row in Match(id: id, similarity: zip(row, query).map(*).reduce(0, +)) }
        return Array(all.filter { $0.similarity >= floor }.sorted(by: Match.precedes).prefix(limit))
    }
}

struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        // SplitMix64 (Steele, Lea, Flood 2014).
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

func unitVector(_ dimension: Int, near center: [Float]? = nil, spread: Float = 1, using random: inout SeededGenerator)
    -> [Float]
{
    let values = (0..<dimension).map { (center?[$0] ?? 0) + spread * Float.random(in: -1...1, using: &random) }
    let norm = values.map { $0 * $0 }.reduce(0, +).squareRoot()
    return values.map { $0 / norm }
}

@Suite struct VectorIndexTests {
    @Test(arguments: [(1, 3), (4, 200), (33, 2_500), (384, 1_100)])
    func findsWhatBruteForceFinds(dimension: Int, count: Int) {
        var random = SeededGenerator(state: UInt64(dimension))
        let index = VectorIndex(dimension: dimension)
        var model = BruteForce()
        let centers = (0..<8).map { _ in unitVector(dimension, using: &random) }
        for id in 0..<Int64(count) {
            let vector = unitVector(dimension, near: centers.randomElement(using: &random), spread: 0.3, using: &random)
            index.add(id, vector.span)
            model.rows[id] = vector
        }
        for floor: Float in [-1, 0, 0.5, 0.9] {
            let query = unitVector(dimension, near: centers[0], spread: 0.3, using: &random)
            let found = index.search(query.span, floor: floor, limit: 10)
            let expected = model.search(query, floor: floor, limit: 10)
            #expect(found.count == expected.count)
            for (found, expected) in zip(found, expected) {
                #expect(abs(found.similarity - expected.similarity) < 1e-5)
                #expect(found.id == expected.id || abs(model.similarity(found.id, query) - expected.similarity) < 1e-5)
            }
        }
    }

    @Test(arguments: UInt64(1)...5)
    func randomOperationsAgreeWithTheModel(seed: UInt64) {
        var random = SeededGenerator(state: seed)
        let index = VectorIndex(dimension: 8)
        var model = BruteForce()
        for _ in 0..<4_000 {
            let id = Int64.random(in: 0..<1_500, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let vector = unitVector(8, using: &random)
                index.add(id, vector.span)
                model.rows[id] = vector
            case 6..<9:
                #expect(index.remove(id) == (model.rows.removeValue(forKey: id) != nil))
            default:
                let query = unitVector(8, using: &random)
                let found = index.search(query.span, floor: 0.4, limit: 2_000)
                #expect(Set(found.map(\.id)) == model.ids(query, above: 0.4, found))
            }
            #expect(index.count == model.rows.count)
        }
        index.checkInvariants()
    }

    @Test func equalRowsComeInTheOrderOfTheirIDs() {
        let index = VectorIndex(dimension: 2)
        for id: Int64 in [5, 3, 9, 1] { index.add(id, [1, 0].span) }
        #expect(index.search([1, 0].span, floor: 0.5, limit: 3).map(\.id) == [1, 3, 5])
    }

    @Test func anEmptyIndexFindsNothing() {
        #expect(VectorIndex(dimension: 3).search([1, 0, 0].span, floor: -1, limit: 5).isEmpty)
    }

    @Test func searchesGoOnWhileRowsComeAndGo() async {
        let index = VectorIndex(dimension: 16)
        var random = SeededGenerator(state: 7)
        let fixed = unitVector(16, using: &random)
        index.add(-1, fixed.span)
        let others = (0..<3_000).map { _ in unitVector(16, using: &random) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for (id, vector) in others.enumerated() { index.add(Int64(id), vector.span) }
                for id in others.indices { index.remove(Int64(id)) }
            }
            for _ in 0..<2 {
                group.addTask {
                    for _ in 0..<500 {
                        #expect(index.search(fixed.span, floor: 0.9999, limit: 1).first?.id == -1)
                    }
                }
            }
        }
        #expect(index.count == 1)
    }
}

extension BruteForce {
    func similarity(_ id: Int64, _ query: [Float]) -> Float {
        zip(rows[id]!, query).map(*).reduce(0, +)
    }

    /// The ids above the floor; those within rounding of it count as found if they were.
    func ids(_ query: [Float], above floor: Float, _ found: [Match]) -> Set<Int64> {
        let foundIDs = Set(found.map(\.id))
        return Set(
            rows.keys.filter { id in
                let value = similarity(id, query)
                return abs(value - floor) < 1e-6 ? foundIDs.contains(id) : value > floor
            })
    }
}

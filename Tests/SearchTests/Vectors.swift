import Support
import Synchronization

@testable import Search

/// Vectors of length 1 with one structure or another, the same for the same seed.
enum Structure: String, CaseIterable {
    /// In all directions alike: what a sieve can do least with.
    case uniform
    /// Around a few centres, in a subspace for the most part, as embeddings are.
    case clustered
    /// With most of their length in common, as questions that share a frame are.
    case framed
    /// Each three times, and some all alike.
    case duplicate
    /// On a few axes, all others zero.
    case sparse
    /// Everything along one direction, with differences near the rounding of a float.
    case nearlyEqual

    func vectors(_ count: Int, _ dimension: Int, using random: inout SplitMix64) -> [[Float]] {
        let centers = (0..<8).map { _ in decaying(dimension, using: &random) }
        let original = unitVector(dimension, using: &random)
        return (0..<count).map { index in
            switch self {
            case .uniform: return unitVector(dimension, using: &random)
            case .clustered:
                let center = centers.randomElement(using: &random)!
                return normalised(zip(center, decaying(dimension, using: &random)).map { $0 + 0.7 * $1 })
            case .framed:
                return normalised(zip(original, decaying(dimension, using: &random)).map { 1.2 * $0 + $1 })
            case .duplicate:
                var again = SplitMix64(seed: index % 5 == 0 ? 1 : UInt64(index / 3))
                return unitVector(dimension, using: &again)
            case .sparse:
                var vector = [Float](repeating: 0, count: dimension)
                for _ in 0..<2 { vector[Int.random(in: 0..<min(4, dimension), using: &random)] += 1 }
                return normalised(vector)
            case .nearlyEqual:
                return unitVector(dimension, near: original, spread: 1e-4, using: &random)
            }
        }
    }

    private func decaying(_ dimension: Int, using random: inout SplitMix64) -> [Float] {
        normalised((0..<dimension).map { Float.random(in: -1...1, using: &random) / Float(1 + $0 / 4) })
    }
}

func normalised(_ values: [Float]) -> [Float] {
    var sum: Float = 0
    for value in values { sum += value * value }
    let norm = sum.squareRoot()
    return values.map { $0 / norm }
}

func unitVector(_ dimension: Int, near center: [Float]? = nil, spread: Float = 1, using random: inout SplitMix64)
    -> [Float]
{
    normalised((0..<dimension).map { (center?[$0] ?? 0) + spread * Float.random(in: -1...1, using: &random) })
}

extension VectorIndex {
    /// Some of the vectors, under their numbers.
    func load(_ vectors: [[Float]], _ range: Range<Int>) {
        let flat = Array(vectors[range].joined())
        load(range.map { Int64($0) }, flat.span)
    }

    /// Whether a generation is fitted, and none is being made.
    var hasSettled: Bool {
        directory.withLock { $0.sieve != nil && !$0.isFitting }
    }

    func add(_ id: Int64, _ vector: [Float]) {
        add(id, vector.span)
    }

    func search(_ query: [Float], floor: Float, limit: Int) -> [Match] {
        search(query.span, floor: floor, limit: limit)
    }
}

extension Sieve {
    func encode(query: [Float]) -> SieveQuery {
        encode(query: query.span)
    }

    func encode(_ vectors: [Float], into heads: Heads, slots: [Int]) {
        encode(vectors.span, into: heads, slots: slots.span)
    }
}

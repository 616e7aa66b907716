@testable import Search

/// The index against the plainest possible search.
struct BruteForce {
    var rows: [Int64: [Float]] = [:]

    func similarity(_ id: Int64, _ query: [Float]) -> Float {
        BruteForce.similarity(rows[id]!, query)
    }

    static func similarity(_ left: [Float], _ right: [Float]) -> Float {
        var sum = 0.0
        for index in left.indices { sum += Double(left[index]) * Double(right[index]) }
        return Float(sum)
    }

    func search(_ query: [Float], floor: Float, limit: Int) -> [Match] {
        let all = rows.map { id, row in Match(id: id, similarity: BruteForce.similarity(row, query)) }
        return Array(all.filter { $0.similarity >= floor }.sorted(by: Match.precedes).prefix(limit))
    }

    /// What is wrong with an answer of the index; nil when it is right.
    ///
    /// Ranks and the floor are compared with a tolerance of rounding, within which rows may change places.
    func fault(in found: [Match], _ query: [Float], floor: Float, limit: Int) -> String? {
        let tolerance: Float = 2e-6
        let expected = search(query, floor: floor + tolerance, limit: limit)
        let most = search(query, floor: floor - tolerance, limit: limit)
        if Set(found.map(\.id)).count != found.count { return "a row twice" }
        if found != found.sorted(by: Match.precedes) { return "not best first" }
        if found.count < expected.count || found.count > most.count {
            return "\(found.count) rows instead of \(expected.count)"
        }
        for (rank, match) in found.enumerated() {
            guard rows[match.id] != nil else { return "row \(match.id) does not exist" }
            if abs(match.similarity - similarity(match.id, query)) > 1e-5 { return "row \(match.id) is scored wrong" }
            if abs(match.similarity - most[rank].similarity) > 1e-5 { return "rank \(rank) is not the best one left" }
        }
        return nil
    }
}

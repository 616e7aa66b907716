/// The best matches seen so far, and the similarity that a further one must reach.
struct BestMatches {
    private let limit: Int
    private(set) var matches: [Match] = []
    /// Rises from the floor to the worst match kept, once as many are kept as were asked for.
    private(set) var threshold: Float

    init(floor: Float, limit: Int) {
        self.limit = limit
        threshold = floor
    }

    /// Keeps the match if it is among the best; a row that moves during a search may be offered twice.
    mutating func offer(_ match: Match) {
        guard match.similarity >= threshold else { return }
        let index = matches.firstIndex { Match.precedes(match, $0) } ?? matches.count
        guard index < limit, !matches.contains(where: { $0.id == match.id }) else { return }
        if matches.count == limit { matches.removeLast() }
        matches.insert(match, at: index)
        if matches.count == limit { threshold = max(threshold, matches[limit - 1].similarity) }
    }
}

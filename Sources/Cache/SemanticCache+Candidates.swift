import Questions
import Search
import Store
import Support

extension SemanticCache {
    /// The wordings of a scope near a question.
    struct Nearby: Sendable {
        fileprivate let scope: ScopeID
        fileprivate let wordings: [ScopeIndexes.WordingMatch]
        /// Since the search began.
        fileprivate let watch: Stopwatch
    }

    func searched(_ scope: ScopeID, _ vector: [Float]) async -> Nearby {
        let watch = Stopwatch()
        let wordings = await indexes.search(scope, vector, floor: parts.judge.floor)
        return Nearby(scope: scope, wordings: wordings, watch: watch)
    }

    /// The same on the calling thread.
    func searchedImmediately(_ scope: ScopeID, _ vector: [Float]) -> Nearby {
        let watch = Stopwatch()
        let wordings = indexes.search(scope, vector.span, floor: parts.judge.floor)
        return Nearby(scope: scope, wordings: wordings, watch: watch)
    }

    /// The entries that a search came upon, nearest first, that may still be served.
    func candidates(_ query: Query, _ nearby: Nearby, _ receipt: inout Receipt) -> [Candidate] {
        let scope = nearby.scope
        defer { receipt.latency.search = nearby.watch.milliseconds }
        do {
            let found = try nearest(query, nearby)
            let refused = try parts.store.refused(scope: scope, key: query.key)
            return candidates(query, found, scope, refused)
        } catch {
            note(storeError: error)
            return []
        }
    }

    /// An entry near a question, with its wordings that are.
    private struct Found {
        let entry: Entry
        /// The nearest wording's text.
        let wording: String
        var place: JudgeFeatures.Found
    }

    /// Entries by their nearest wording, those that may be served, `Limits.candidatesJudgedMax` at most.
    private func nearest(_ query: Query, _ nearby: Nearby) throws -> [Found] {
        var found: [Found] = []
        var indexOfEntry: [EntryID: Int?] = [:]
        var entries = Entries(nearby.wordings.map(\.entry))
        for match in nearby.wordings {
            if let known = indexOfEntry[match.entry] {
                guard let known else { continue }
                found[known].place.wordings += 1
                if match.alias == nil { found[known].place.ownSimilarity = match.similarity }
                continue
            }
            guard found.count < Limits.candidatesJudgedMax, let entry = try entries.entry(match.entry, parts.store),
                isFresh(entry, for: query)
            else {
                indexOfEntry[match.entry] = .some(nil)
                continue
            }
            // Where an alias is gone, the entry may still be found by another wording.
            guard let wording = try wording(match, entry) else { continue }
            indexOfEntry[match.entry] = found.count
            // The own question, where it is not among the nearest, is below the floor or near it.
            let place = JudgeFeatures.Found(
                similarity: match.similarity,
                ownSimilarity: match.alias == nil ? match.similarity : parts.judge.floor, wordings: 1,
                aliases: indexes.aliasCount(of: entry.id, in: nearby.scope))
            found.append(Found(entry: entry, wording: wording, place: place))
        }
        return found
    }

    /// Entries in the order in which a search came upon them, read some at a time: mostly the first are enough.
    private struct Entries {
        /// Those not read yet, each once.
        private var ahead: ArraySlice<EntryID>
        private var read: [EntryID: Entry] = [:]

        init(_ entries: [EntryID]) {
            var seen: Set<EntryID> = []
            ahead = entries.filter { seen.insert($0).inserted }[...]
        }

        /// - Returns: nil when it is gone.
        mutating func entry(_ id: EntryID, _ store: Store) throws -> Entry? {
            // They are asked for in this order, so that whatever is ahead of this one is wanted no more.
            if let place = ahead.firstIndex(of: id) {
                ahead = ahead[place...]
                let part = Array(ahead.prefix(Limits.candidatesJudgedMax))
                ahead = ahead.dropFirst(part.count)
                read.merge(try store.candidates(part)) { _, new in new }
            }
            return read[id]
        }
    }

    /// The text that matched; nil when it was an alias that is gone.
    private func wording(_ match: ScopeIndexes.WordingMatch, _ entry: Entry) throws -> String? {
        guard let alias = match.alias else { return entry.question }
        if let text = try parts.store.aliasText(alias, of: entry.id) { return text }
        indexes.remove([alias], of: entry.id, from: entry.scope)
        return nil
    }

    private func candidates(
        _ query: Query, _ found: [Found], _ scope: ScopeID, _ refused: Set<EntryID>
    ) -> [Candidate] {
        guard !found.isEmpty else { return [] }
        let rows = indexes.index(of: scope)?.count ?? 0
        let asked = ReadTexts.Known(query.question)
        let now = parts.clock.now
        let places = found.map(\.place)
        return found.indices.map { index in
            let (entry, wording) = (found[index].entry, found[index].wording)
            let known = memory.texts.read(entry.question)
            let nearest = wording.utf8.elementsEqual(entry.question.utf8) ? known : memory.texts.read(wording)
            let conflicts = asked.reading.conflicts(with: known.reading)
            let features = JudgeFeatures.of(
                index, places, rows: rows, conflicts: conflicts,
                Comparison(asked.profile, nearest.profile))
            let logOdds = parts.judge.prior.logOdds(features)
            let (probability, lowerBound) = evidence.assess(logOdds, scope, entry.id, now)
            return Candidate(
                entry: entry, similarity: places[index].similarity, conflicts: conflicts, features: features,
                logOdds: logOdds, probability: probability, lowerBound: lowerBound,
                isRefused: refused.contains(entry.id))
        }
    }
}

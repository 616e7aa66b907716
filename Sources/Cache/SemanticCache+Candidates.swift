import Questions
import Search
import Store
import Support

extension SemanticCache {
    /// The wordings of a scope near a question.
    struct Nearby: Sendable {
        fileprivate let scope: ScopeID
        fileprivate let vector: [Float]
        fileprivate let nearest: ScopeIndexes.Nearest
        /// Since the search began.
        fileprivate let watch: Stopwatch
    }

    func searched(_ scope: ScopeID, _ vector: [Float]) async -> Nearby {
        let watch = Stopwatch()
        let nearest = await indexes.search(scope, vector, floor: parts.judge.floor)
        return Nearby(scope: scope, vector: vector, nearest: nearest, watch: watch)
    }

    /// The same on the calling thread.
    func searchedImmediately(_ scope: ScopeID, _ vector: [Float]) -> Nearby {
        let watch = Stopwatch()
        let nearest = indexes.search(scope, vector.span, floor: parts.judge.floor)
        return Nearby(scope: scope, vector: vector, nearest: nearest, watch: watch)
    }

    /// The entries that a search came upon, nearest first, that may still be served.
    func candidates(_ query: Query, _ nearby: Nearby, _ receipt: inout Receipt) -> [Candidate] {
        let scope = nearby.scope
        defer { receipt.latency.search = nearby.watch.milliseconds }
        do {
            var found = try self.found(nearby.nearest.wordings, scope, for: query)
            if nearby.nearest.isCut, found.count < Limits.candidatesJudgedMax {
                // Some of the nearest may not be served: others take their places.
                let all = indexes.searchAll(scope, nearby.vector.span, floor: parts.judge.floor)
                found = try self.found(all, scope, for: query)
            }
            let refused = try query.refused ?? parts.store.refused(scope: scope, key: query.key)
            return candidates(query, found, scope, refused)
        } catch {
            note(storeError: error)
            return []
        }
    }

    /// An entry near a question, with its wordings that are.
    private struct Found {
        let entry: Entry
        /// The nearest wording: its text, and the alias that it is of, if it is not the entry's own question.
        let wording: String
        let alias: AliasVectorID?
        var place: JudgeFeatures.Found
    }

    /// Entries by their nearest wording, those that may be served, `Limits.candidatesJudgedMax` at most.
    private func found(
        _ wordings: [ScopeIndexes.WordingMatch], _ scope: ScopeID, for query: Query
    ) throws -> [Found] {
        var found: [Found] = []
        var passedOver: [EntryID] = []
        var entries = Entries(wordings)
        for match in wordings {
            if let known = found.firstIndex(where: { $0.entry.id == match.entry }) {
                found[known].place.wordings += 1
                if match.alias == nil { found[known].place.ownSimilarity = match.similarity }
                continue
            }
            if passedOver.contains(match.entry) { continue }
            guard found.count < Limits.candidatesJudgedMax, let entry = try entries.entry(match.entry, parts.store),
                isFresh(entry, for: query)
            else {
                passedOver.append(match.entry)
                continue
            }
            // Where an alias is gone, the entry may still be found by another wording.
            guard let wording = try wording(match, entry) else { continue }
            // The own question, where it is not among the nearest, is below the floor or near it.
            let place = JudgeFeatures.Found(
                similarity: match.similarity,
                ownSimilarity: match.alias == nil ? match.similarity : parts.judge.floor, wordings: 1,
                aliases: indexes.aliasCount(of: entry.id, in: scope))
            found.append(Found(entry: entry, wording: wording, alias: match.alias, place: place))
        }
        return found
    }

    /// Entries in the order in which a search came upon them, read some at a time: mostly the first are enough.
    private struct Entries {
        /// Each once.
        private var ids: [EntryID] = []
        /// Of the first of them; nil for one that is gone.
        private var read: [Entry?] = []

        init(_ wordings: [ScopeIndexes.WordingMatch]) {
            for wording in wordings where !ids.contains(wording.entry) { ids.append(wording.entry) }
        }

        /// - Returns: nil when it is gone.
        mutating func entry(_ id: EntryID, _ store: Store) throws -> Entry? {
            let place = ids.firstIndex(of: id)!
            while read.count <= place {
                read += try store.candidates(Array(ids[read.count...].prefix(Limits.candidatesJudgedMax)))
            }
            return read[place]
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
            let known = memory.texts.read(entry.question, .entry(entry.id))
            let nearest = found[index].alias.map { memory.texts.read(wording, .alias($0)) } ?? known
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

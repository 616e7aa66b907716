package import Search
package import Store
import Support
import Synchronization

/// The vector index of each scope. A search sees one scope's rows and no others exist for it.
///
/// With a file all scopes are here from the start on, each with its first row. With a store that others write to as well
/// a scope is here once it was loaded (`ScopeLoader`); what is changed of one that is not needs no place here.
package final class ScopeIndexes: Sendable {
    package let dimension: Int
    private let loadsScopes: Bool
    private let state = Mutex(State())

    private struct State {
        var scopes: [ScopeID: IndexRows] = [:]
        var loads = ScopeLoads()
    }

    /// A stored wording near a question.
    struct WordingMatch: Sendable {
        let entry: EntryID
        /// Nil for the entry's own question.
        let alias: AliasVectorID?
        let similarity: Double
    }

    /// - Parameter loadsScopes: whether a scope is here only once it was loaded.
    package init(dimension: Int, loadsScopes: Bool = false) {
        self.dimension = dimension
        self.loadsScopes = loadsScopes
    }

    /// The scope's index; nil when nothing was ever added to it, or it is not loaded.
    package func index(of scope: ScopeID) -> VectorIndex? {
        state.withLock { $0.scopes[scope]?.index }
    }

    /// The wordings of a scope at or above the floor, best first.
    struct Nearest: Sendable {
        let wordings: [WordingMatch]
        /// Whether there may be others, which `searchAll` finds.
        var isCut = false
    }

    /// As many as are judged, where no entry has another wording than its question; else as many as `searchAll`.
    func search(_ scope: ScopeID, _ vector: Span<Float>, floor: Double) -> Nearest {
        let index = state.withLock { state in
            state.scopes[scope].flatMap { $0.entryOfAlias.isEmpty ? $0.index : nil }
        }
        if let index {
            let limit = Limits.candidatesJudgedMax
            let matches = index.search(vector, floor: Float(floor), limit: limit)
            // An alias may have come meanwhile.
            if matches.allSatisfy({ $0.id > 0 }) {
                return Nearest(wordings: wordings(matches, of: scope), isCut: matches.count == limit)
            }
        }
        return Nearest(wordings: searchAll(scope, vector, floor: floor))
    }

    /// `Limits.wordingsPerSearchMax` at most.
    func searchAll(_ scope: ScopeID, _ vector: Span<Float>, floor: Double) -> [WordingMatch] {
        guard let index = index(of: scope) else { return [] }
        return wordings(index.search(vector, floor: Float(floor), limit: Limits.wordingsPerSearchMax), of: scope)
    }

    /// The same, a large scope together with other searches of it and on a thread that may take its time.
    func search(_ scope: ScopeID, _ vector: [Float], floor: Double) async -> Nearest {
        guard let index = index(of: scope), index.count > Limits.rowsSearchedImmediatelyMax else {
            return search(scope, vector.span, floor: floor)
        }
        let limit = Limits.wordingsPerSearchMax
        let matches = await index.searchInPass(vector, floor: Float(floor), limit: limit)
        return Nearest(wordings: wordings(matches, of: scope))
    }

    /// The entries of a scope nearest to a vector, each once and by its nearest wording, best first.
    func nearest(_ scope: ScopeID, _ vector: Span<Float>, limit: Int) -> [WordingMatch] {
        guard let index = index(of: scope) else { return [] }
        var rows = limit
        while true {
            let matches = index.search(vector, floor: -1, limit: rows)
            var seen: Set<EntryID> = []
            let found = wordings(matches, of: scope).filter { seen.insert($0.entry).inserted }
            if found.count >= limit || matches.count < rows { return Array(found.prefix(limit)) }
            // Several rows were of one entry.
            rows *= 4
        }
    }

    private func wordings(_ matches: [Match], of scope: ScopeID) -> [WordingMatch] {
        state.withLock { state in
            matches.compactMap { match in
                let similarity = Double(match.similarity)
                if match.id > 0 {
                    return WordingMatch(entry: EntryID(rawValue: match.id), alias: nil, similarity: similarity)
                }
                let alias = AliasVectorID(rawValue: -match.id)
                return state.scopes[scope]?.entryOfAlias[alias].map {
                    WordingMatch(entry: $0, alias: alias, similarity: similarity)
                }
            }
        }
    }

    package func add(_ entry: EntryID, in scope: ScopeID, _ vector: Span<Float>) {
        // Under the lock, so that the index is not dropped as empty in between; it takes microseconds.
        state.withLock { if isHere(scope, for: entry, &$0) { $0.scopes[scope]!.add(entry, vector) } }
    }

    func add(_ alias: AliasVectorID, of entry: EntryID, in scope: ScopeID, _ vector: Span<Float>) {
        state.withLock { if isHere(scope, for: entry, &$0) { $0.scopes[scope]!.add(alias, of: entry, vector) } }
    }

    /// Whether there are rows of the scope to add one to, which with a file there are with the first one.
    private func isHere(_ scope: ScopeID, for entry: EntryID, _ state: inout State) -> Bool {
        if state.scopes[scope] != nil { return true }
        if loadsScopes {
            state.loads.keep(entry, of: scope)
            return false
        }
        state.scopes[scope] = IndexRows(dimension: dimension)
        return true
    }

    /// The scope's index, for the entries that a start reads, while nothing is removed yet.
    func indexToLoad(of scope: ScopeID) -> VectorIndex {
        state.withLock { state in
            let rows = state.scopes[scope] ?? IndexRows(dimension: dimension)
            state.scopes[scope] = rows
            return rows.index
        }
    }

    /// To be called once all is loaded.
    func endLoading() {
        for index in state.withLock({ $0.scopes.values.map(\.index) }) { index.endLoading() }
    }

    /// How many aliases of an entry have a vector.
    func aliasCount(of entry: EntryID, in scope: ScopeID) -> Int {
        state.withLock { $0.scopes[scope]?.aliases(of: entry).count ?? 0 }
    }

    /// Removes an entry's vectors.
    package func remove(_ entry: EntryID, from scope: ScopeID) {
        change(scope, entry) { $0.remove(entry) }
    }

    /// Removes some of an entry's aliases.
    func remove(_ gone: [AliasVectorID], of entry: EntryID, from scope: ScopeID) {
        change(scope, entry) { $0.remove(gone, of: entry) }
    }

    /// Changes a scope's rows, and drops its index with its last one, where it comes again with the next: every conversation
    /// makes a scope of its own.
    private func change(_ scope: ScopeID, _ entry: EntryID, _ body: (inout IndexRows) -> Void) {
        state.withLock { state in
            guard state.scopes[scope] != nil else { return state.loads.keep(entry, of: scope) }
            body(&state.scopes[scope]!)
            if !loadsScopes, state.scopes[scope]!.index.count == 0 { state.scopes[scope] = nil }
        }
    }

    /// Entries that have a vector, in all scopes together.
    package var count: Int { state.withLock { $0.scopes.values.reduce(0) { $0 + $1.entryCount } } }

    /// Scopes that are here.
    package var scopeCount: Int { state.withLock { $0.scopes.count } }

    // MARK: Loading

    /// Asks for a scope, and notes that it is used.
    func ask(_ scope: ScopeID, at now: Timestamp) -> ScopeLoads.Answer {
        state.withLock { state in
            if state.scopes[scope] != nil {
                state.scopes[scope]!.lastUse = now
                return .isHere
            }
            return state.loads.ask(scope, at: now)
        }
    }

    /// Puts a scope here that was read, unless there is news of it.
    func settle(_ scope: ScopeID, _ rows: IndexRows, at now: Timestamp) -> ScopeLoads.Settling {
        state.withLock { state in
            let settling = state.loads.settle(scope)
            if case .isHere = settling {
                state.scopes[scope] = rows
                state.scopes[scope]!.lastUse = now
            }
            return settling
        }
    }

    /// Gives up the reading of a scope.
    ///
    /// - Parameter until: it is not tried again before; nil: the next question tries.
    /// - Returns: what those who wait for it wait for.
    func giveUp(_ scope: ScopeID, until: Timestamp? = nil) -> (gate: Gate?, isNews: Bool) {
        state.withLock { $0.loads.giveUp(scope, until: until) }
    }

    /// Keeps the changes of scopes that are being read.
    ///
    /// - Returns: those of scopes that are here, by their scope, with what tells its index from one that is loaded later.
    func keep(_ changes: [Change]) -> [(scope: ScopeID, index: VectorIndex, changes: [Change])] {
        state.withLock { state in
            var found: [ScopeID: [Change]] = [:]
            for change in changes {
                guard let scope = change.scope else { continue }
                if state.scopes[scope] != nil {
                    found[scope, default: []].append(change)
                } else {
                    state.loads.keep(change)
                }
            }
            return found.map { (scope: $0.key, index: state.scopes[$0.key]!.index, changes: $0.value) }
        }
    }

    /// What of entries is not here yet; nothing where the scope's index is not this one any more.
    func lacking(
        _ index: VectorIndex, in scope: ScopeID, own: Set<EntryID>, aliases: [AliasVectorID: EntryID]
    ) -> Set<EntryID> {
        state.withLock { state in
            guard let rows = state.scopes[scope], rows.index === index else { return [] }
            return rows.lacking(own: own, aliases: aliases)
        }
    }

    /// Takes in what entries have now, where the scope's index is still this one.
    func take(_ entries: [EntryVectors], replacing: Set<EntryID>, in scope: ScopeID, _ index: VectorIndex) {
        state.withLock { state in
            guard state.scopes[scope]?.index === index else { return }
            state.scopes[scope]!.take(entries, replacing: replacing)
        }
    }

    // MARK: Dropping

    /// The scopes that are here, the one whose last use is longest ago first.
    var coldest: [(scope: ScopeID, index: VectorIndex, lastUse: Timestamp)] {
        state.withLock { $0.scopes.map { (scope: $0.key, index: $0.value.index, lastUse: $0.value.lastUse) } }
            .sorted { $0.lastUse.milliseconds < $1.lastUse.milliseconds }
    }

    /// Forgets which scopes were refused for want of memory, where that was over before a time.
    func removeRefusals(before time: Timestamp) { state.withLock { $0.loads.removeRefusals(before: time) } }

    /// Drops a scope's index, if it is still this one.
    func drop(_ scope: ScopeID, _ index: VectorIndex) {
        let rows = state.withLock { state -> IndexRows? in
            guard state.scopes[scope]?.index === index else { return nil }
            return state.scopes.removeValue(forKey: scope)
        }
        // Given back outside of the lock: a large one takes milliseconds.
        _ = consume rows
    }

    /// Drops all indexes; scopes that are being read are read once more.
    func dropAll() {
        let rows = state.withLock { state in
            state.loads.startOver()
            defer { state.scopes = [:] }
            return state.scopes
        }
        _ = consume rows
    }
}

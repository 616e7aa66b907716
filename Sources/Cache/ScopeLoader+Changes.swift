import Search
import Store
import Support
import Synchronization

/// Keeping up with what nodes commit.
extension ScopeLoader: ChangeFollower {
    func apply(_ changes: [Change]) {
        catchUp()
        for (scope, index, changes) in indexes.keep(changes) {
            do throws(StoreError) {
                try take(EntryNews(changes), of: scope, index)
            } catch {
                // It is read anew with the next question, this change included.
                note(error)
                drop(scope, index)
            }
        }
        take(observed: changes.filter { $0.kind == .observed })
        if changes.contains(where: { $0.kind == .tags }) {
            isBehind.store(true, ordering: .relaxed)
            catchUp()
        }
    }

    func startOver() {
        // The evidence first: a scope that comes again brings its own.
        evidence.removeScopes()
        indexes.dropAll()
        isBehind.store(true, ordering: .relaxed)
        catchUp()
    }

    /// Reads what is known of all scopes together.
    func readShared() throws(StoreError) {
        var audits: [(observation: Observation, row: Int64)] = []
        try store.observations(of: .audit) { audits.append(($0, $1)) }
        let tags = try store.tagChanges()
        evidence.putAudits(audits)
        lives.replace(tags)
    }

    /// Reads it where it has changed since.
    func catchUp() {
        guard isBehind.exchange(false, ordering: .relaxed) else { return }
        do throws(StoreError) { try readShared() } catch {
            note(error)
            isBehind.store(true, ordering: .relaxed)
        }
    }

    /// Takes in what entries of a scope have now, whatever was done to them: in any order, and as often as one likes.
    private func take(_ news: EntryNews, of scope: ScopeID, _ index: VectorIndex) throws(StoreError) {
        var wanted = news.changed
        if !news.added.isEmpty {
            // What this node has stored itself is here already.
            let (own, aliases) = try store.vectorPlaces(of: Array(news.added), in: scope, embedder)
            wanted.formUnion(indexes.lacking(index, in: scope, own: own, aliases: aliases))
        }
        if wanted.isEmpty { return }
        let found = try store.vectors(of: Array(wanted), in: scope, embedder)
        indexes.take(found, replacing: news.changed, in: scope, index)
        for entry in news.changed.subtracting(found.map(\.entry)) { evidence.remove(entry, of: scope) }
    }

    /// Those of scopes that are not here count too: they may be audits, which tell of mini.
    private func take(observed changes: [Change]) {
        if changes.isEmpty { return }
        do throws(StoreError) {
            for (row, observation, time) in try store.observations(changes.map(\.row)) {
                evidence.take(observation, row: row, time)
            }
        } catch {
            note(error)
            isBehind.store(true, ordering: .relaxed)
            let scopes = Set(changes.compactMap(\.scope))
            for place in indexes.coldest where scopes.contains(place.scope) { drop(place.scope, place.index) }
        }
    }

    /// Drops a scope from memory, if it was not dropped and loaded since.
    func drop(_ scope: ScopeID, _ index: VectorIndex) {
        indexes.drop(scope, index)
        evidence.remove(scope, of: ObjectIdentifier(index))
    }
}

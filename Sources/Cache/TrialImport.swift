import Foundation
package import Store
import Support

/// An import that stores nothing: what it would have stored is kept in a temporary store, so that later rows are compared
/// with it.
package final class TrialImport: Sendable {
    private let cache: SemanticCache
    private let scratch: SemanticCache
    private let directory: String

    package init(_ cache: SemanticCache) throws(StoreError) {
        self.cache = cache
        directory = FileManager.default.temporaryDirectory.path + "/refrain-trial-\(UInt64.random(in: 0 ... .max))"
        var parts = cache.parts
        parts.store = try Store.open(directory: directory, durability: .normal, clock: parts.clock, log: .none)
        parts.capacity = Capacity()
        parts.loadsScopes = nil
        scratch = SemanticCache(parts)
    }

    /// What a row would repeat: something stored, or an earlier row.
    package func duplicate(of new: NewEntry) async -> Duplicate? {
        if let stored = await cache.duplicate(of: new, mayStore: false) { return stored }
        return await scratch.duplicate(of: new, mayStore: true)
    }

    /// Notes a row that would be stored.
    ///
    /// - Returns: what would become of it.
    package func insert(_ new: NewEntry, policy: InsertPolicy) async -> Result<InsertOutcome, StoreError> {
        let before = answer(new)
        let result = await scratch.insert([new], policy: policy)[0]
        guard case .success(let outcome) = result, let before else { return result }
        let change: InsertOutcome.Change =
            before.answer == new.answer ? .unchanged : policy == .keep ? .kept : .replaced(before.id)
        return .success(InsertOutcome(entry: outcome.entry, scope: outcome.scope, change: change))
    }

    /// The stored entry with these words.
    private func answer(_ new: NewEntry) -> Entry? {
        try? cache.parts.store.find(new.scope, key: new.key)?.entry
    }

    package func merge(_ new: NewEntry, into entry: Entry) async throws(StoreError) {
        // Of an earlier row; what is stored stays as it is.
        if (try scratch.parts.store.entry(entry.id))?.question == entry.question {
            try await scratch.merge(new, into: entry)
        }
    }

    package func close() async {
        await scratch.parts.store.close()
        try? FileManager.default.removeItem(atPath: directory)
    }
}

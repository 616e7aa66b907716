package import Support
package struct Statistics: Sendable { package var entries = 0, aliases = 0, refused = 0, scopes = 0, bytes = 0, corruptRows = 0, calls = 0; package var spent = Money.zero }
package struct EntryWithoutVector: Sendable { package var entry: EntryID; package var scope: ScopeID; package var question: String }
package final class Store: Sendable {
    package static func open(directory: String, durability: Durability = .normal, clock: WallClock = .system, log: Log = .none) throws(StoreError) -> Store { fatalError() }
    package func close() async {}
    package func scope(_ key: ScopeKey) throws(StoreError) -> ScopeID? { nil }
    package func scopeKey(_ id: ScopeID) throws(StoreError) -> ScopeKey? { nil }
    package func wording(scope: ScopeID, key: Digest) throws(StoreError) -> Wording? { nil }
    package func entry(_ id: EntryID) throws(StoreError) -> Entry? { nil }
    package func entries(_ filter: EntryFilter, after: EntryID?, limit: Int) throws(StoreError) -> [Entry] { [] }
    package func aliases(of: EntryID) throws(StoreError) -> [Alias] { [] }
    package func refusedEntries(scope: ScopeID, key: Digest) throws(StoreError) -> Set<EntryID> { [] }
    package func vectors(_ e: EmbedderKey, _ visit: (ScopeID, EntryID, Timestamp?, Span<Float>) -> Void) throws(StoreError) {}
    package func entriesWithoutVector(_ e: EmbedderKey, after: EntryID?, limit: Int) throws(StoreError) -> [EntryWithoutVector] { [] }
    package func statistics() throws(StoreError) -> Statistics { Statistics() }
    package func integrityCheck() throws(StoreError) -> [String] { [] }
    package func insert(_ e: [NewEntry], policy: InsertPolicy) async -> [Result<InsertOutcome, StoreError>] { [] }
    package func addAlias(to: EntryID, text: String, key: Digest, source: Alias.Source) async throws(StoreError) -> Bool { false }
    package func refuse(scope: ScopeID, key: Digest, entry: EntryID) async throws(StoreError) {}
    package func setBoundary(_ e: EntryID, _ v: Double?) async throws(StoreError) {}
    package func forget(_ ids: [EntryID]) async throws(StoreError) -> [EntryPlace] { [] }
    package func forget(_ filter: EntryFilter) async throws(StoreError) -> [EntryPlace] { [] }
    package func removeExpired(at: Timestamp) async throws(StoreError) -> [EntryPlace] { [] }
    package func addVectors(_ e: EmbedderKey, _ v: [(EntryID, [Float])]) async throws(StoreError) {}
    package func removeAliases(of: EntryID, source: Alias.Source) async throws(StoreError) -> Int { 0 }
    package func record(_ call: Call) {}
    package func record(_ feedback: Feedback) async throws(StoreError) {}
    package func noteHit(_ e: EntryID, saved: Money) {}
}

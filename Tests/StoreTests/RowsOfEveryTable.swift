import Support
import Testing

@testable import Store

/// Adds to a store what makes a row in every table, about an entry that is there.
///
/// - Parameter source: of the alias that the entry gets.
func addRowsOfEveryTable(about place: InsertOutcome, alias source: Alias.Source, to store: Store) async throws {
    #expect(try await store.addAlias(to: place.entry, text: "alias", key: key("alias"), source: source))
    let alias = NewEntry.Vector(embedder: embedder, components: vector(20))
    #expect(try await store.addAliasVector(to: place.entry, key: key("alias"), alias) != nil)
    try await store.record([
        Observation(scope: place.scope, entry: place.entry, source: .verdict, logOdds: 0.5, same: 1, propensity: 1)
    ])
    try await keep(DecisionTests.decision(place, "near", entries: [place.entry], served: place.entry), in: store)
    let audit = DecisionRecord.Audit(entry: place.entry, isRight: true, propensity: 1)
    try await store.record(audit, scope: place.scope, key: key("near"))
    try await store.put([TagChanges(tenant: "t", tag: "t", time: Timestamp(milliseconds: 1))])
    try await store.refuse(scope: place.scope, key: key("x"), entry: place.entry, text: "x")
    try await store.record(Feedback(entry: place.entry, verdict: .bad, time: Timestamp(milliseconds: 1)))
    store.record(Call(time: Timestamp(milliseconds: 1), role: "mini", model: "m", purpose: "confirm"))
    store.noteHit(place.entry, saved: Money(nanodollars: 9))
    try await store.add(ledgerBatch(at: Timestamp(milliseconds: 1)))
    try await store.add(Rating(tenant: "t", kind: .label, subject: "a=b", time: Timestamp(milliseconds: 1)))
    let run = try await store.begin(
        PlanRunRow(tenant: "t", plan: "p", created: Timestamp(milliseconds: 1), definition: "{}", request: "{}"))
    try await store.note(run, position: 0, record: "{}")
}

import Support
import Testing

@testable import Store

@Suite(.bothStores) struct ObservationTests {
    private static func read(_ store: Store) throws -> [Observation] {
        var found: [Observation] = []
        try store.observations { observation, _ in found.append(observation) }
        return found
    }

    @Test func areKeptInOrderAndGoWithTheirScope() async throws {
        let scratch = Scratch()
        let store = try scratch.open(clock: TestClock(5_000).clock)
        let place = try await store.insert(newEntry("q"))
        let written = [Observation.Source.verdict, .audit, .feedback].enumerated().map { index, source in
            Observation(
                scope: place.scope, entry: place.entry, source: source, logOdds: -1.5, same: Double(index) / 2,
                propensity: 0.25)
        }
        try await store.record(written)
        #expect(try Self.read(store) == written)
        // Of a scope that never was, nothing is kept.
        var lost = written[0]
        lost.scope = ScopeID(rawValue: 99)
        try await store.record([lost])
        #expect(try Self.read(store) == written)
        // An entry's go on teaching of its scope, until the scope is gone too.
        let other = try await store.insert(newEntry("r"))
        #expect(other.scope == place.scope)
        try await store.forget([place.entry])
        #expect(try Self.read(store) == written)
        try await store.forget([other.entry])
        #expect(try Self.read(store).isEmpty)
        #expect(try store.integrityCheck() == [])
        await store.close()
    }

    @Test func whatIsChosenAtRandomStandsForOthersWithinBounds() {
        func weight(_ propensity: Double, _ source: Observation.Source = .verdict) -> Double {
            Observation(
                scope: ScopeID(rawValue: 1), entry: EntryID(rawValue: 1), source: source, logOdds: 0, same: 1,
                propensity: propensity
            ).weight
        }
        #expect(weight(1) == 1 && weight(0.5) == 2 && weight(0.001) == 4 && weight(1, .feedback) == 4)
    }
}

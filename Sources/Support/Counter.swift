import Synchronization

/// A number that many threads add to without a lock.
package final class Counter: Sendable {
    private let atomic = Atomic(0)

    package init() {}

    package var value: Int { atomic.load(ordering: .relaxed) }

    package func add(_ amount: Int) { atomic.add(amount, ordering: .relaxed) }
}

/// A counter for each of a few kinds.
package struct CounterTable<Kind: CaseIterable & Hashable & Sendable>: Sendable {
    private let counters = Dictionary(uniqueKeysWithValues: Kind.allCases.map { ($0, Counter()) })

    package init() {}

    package func count(_ kind: Kind) { counters[kind]?.add(1) }

    /// Those above zero.
    package var values: [Kind: Int] { counters.mapValues(\.value).filter { $0.value > 0 } }
}

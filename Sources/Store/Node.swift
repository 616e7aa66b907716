import Support
import Synchronization

/// This process among those that share a store on a server, and until when it may serve what it remembers.
///
/// Time is this machine's, and begins before the store hears of a renewal; the store's begins when it does. So the node's
/// lease has ended when the others think it has.
final class Node: Sendable {
    let id = String(UInt64.random(in: .min ... .max), radix: 16)
    private let origin = ContinuousClock.now
    /// In milliseconds since `origin`. A process that follows nothing has no lease that could end: it is a command, and
    /// remembers nothing for long.
    private let leaseEnd = Atomic<Int64>(.max)
    private let notifies = Atomic<Bool>(false)

    var mayServe: Bool { milliseconds < leaseEnd.load(ordering: .acquiring) }

    /// Whether the server tells connections of commits.
    var isNotified: Bool {
        get { notifies.load(ordering: .relaxed) }
        set { notifies.store(newValue, ordering: .relaxed) }
    }

    /// Milliseconds of this machine's clock, which goes on while it sleeps.
    var milliseconds: Int64 {
        let passed = (ContinuousClock.now - origin).components
        return passed.seconds * 1_000 + passed.attoseconds / 1_000_000_000_000_000
    }

    /// - Parameter asked: when the renewal was sent.
    func renewLease(asked: Int64) {
        leaseEnd.store(asked + Int64(Limits.nodeLeaseMilliseconds), ordering: .releasing)
    }

    /// From now on nothing that it remembers may be served.
    func endLease() { leaseEnd.store(.min, ordering: .releasing) }
}

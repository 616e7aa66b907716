import Store
import Support

/// Sums by hour and kind, of which an hour has only so many.
///
/// What comes when the kinds are used up is summed up with its like (`LedgerDimensions.folded`): no amount is lost.
struct BoundedRollUp<Dimensions: LedgerDimensions>: Sendable {
    private(set) var sums: RollUp<Dimensions> = [:]
    private let kindsMax: Int
    /// The kinds of the latest hours, those included whose sums were taken already.
    private var kinds: [Int64: Set<Dimensions>] = [:]
    /// Where the latest sums are, until some are added or taken elsewhere.
    private var latest: Place?

    /// A class: it would be copied to be compared.
    private final class Place: Sendable {
        let hour: Int64
        let dimensions: Dimensions
        let index: RollUp<Dimensions>.Index

        init(_ key: HourKey<Dimensions>, _ index: RollUp<Dimensions>.Index) {
            hour = key.hour
            dimensions = key.dimensions
            self.index = index
        }
    }

    init(kindsMax: Int) {
        self.kindsMax = kindsMax
    }

    /// Changes the sums of a kind.
    mutating func update(hour: Int64, _ dimensions: Dimensions, _ body: (inout Dimensions.Sums) -> Void) {
        // Most requests are like the one before them, and comparing is cheaper than hashing.
        if let latest, latest.hour == hour, latest.dimensions == dimensions {
            return body(&sums.values[latest.index])
        }
        let key = HourKey(hour: hour, dimensions)
        let admitted = sums.index(forKey: key) == nil ? admitted(key) : key
        body(&sums[admitted, default: Dimensions.Sums()])
        latest = sums.index(forKey: admitted).map { Place(key, $0) }
    }

    /// Hands the sums over and begins at nothing.
    mutating func take() -> RollUp<Dimensions> {
        defer {
            sums.removeAll(keepingCapacity: true)
            latest = nil
        }
        return sums
    }

    /// Takes back sums that could not be written.
    mutating func giveBack(_ taken: RollUp<Dimensions>) {
        for (key, lost) in taken { sums[key, default: Dimensions.Sums()] += lost }
        latest = nil
    }

    private static var hoursRemembered: Int { 3 }

    private mutating func admitted(_ key: HourKey<Dimensions>) -> HourKey<Dimensions> {
        if kinds[key.hour] == nil, kinds.count >= Self.hoursRemembered, let oldest = kinds.keys.min() {
            kinds[oldest] = nil
        }
        let folded = key.folded
        if admit(key, max: kindsMax) { return key }
        // Names of clients' own choice are gone from it; what is left is few, unless there are many tenants.
        return admit(folded, max: 2 * kindsMax) ? folded : folded.folded
    }

    private mutating func admit(_ key: HourKey<Dimensions>, max: Int) -> Bool {
        let known = kinds[key.hour]
        if known?.contains(key.dimensions) == true { return true }
        if known?.count ?? 0 >= max { return false }
        kinds[key.hour, default: []].insert(key.dimensions)
        return true
    }
}

/// Sums over the requests or calls of an hour that are alike: what stays when their own rows are gone.
///
/// A released type's columns are never changed: the schema is made from them.
package protocol LedgerSums: Hashable, Sendable {
    /// The table's columns, in order.
    static var columns: [String] { get }
    /// The sums in that order.
    var values: [Int64] { get }

    init()
    /// - Precondition: as many values as columns.
    init(values: [Int64])
}

extension LedgerSums {
    package static func += (left: inout Self, right: Self) {
        left = Self(values: zip(left.values, right.values).map { $0 &+ $1 })
    }
}

/// What requests or calls have to share to be summed up together.
package protocol LedgerDimensions: Hashable, Sendable {
    associatedtype Sums: LedgerSums

    /// Of the sums.
    static var table: String { get }
    /// The table's columns after `hour`, in order.
    static var columns: [String] { get }
    /// '' where there is none.
    var values: [String] { get }

    /// - Precondition: as many values as columns.
    init(values: [String])

    /// Where they belong when an hour has too many kinds: some values give way to `other`.
    var folded: Self { get }
}

/// The value that stands for all those that were too many.
package let otherValue = "(other)"

/// What is alike in an hour.
package struct HourKey<Dimensions: LedgerDimensions>: Hashable, Sendable {
    /// Hours since 1970-01-01T00:00:00Z.
    package var hour: Int64
    package var dimensions: Dimensions

    package init(hour: Int64, _ dimensions: Dimensions) {
        self.hour = hour
        self.dimensions = dimensions
    }

    package var folded: HourKey { HourKey(hour: hour, dimensions.folded) }
}

/// Sums by hour and kind.
package typealias RollUp<Dimensions: LedgerDimensions> = [HourKey<Dimensions>: Dimensions.Sums]

/// An amount in US dollars, counted in billionths so that sums are exact.
///
/// One token of the cheapest model costs about 25 of them; 64 bits hold nine billion dollars.
package struct Money: Hashable, Comparable, Sendable {
    package var nanodollars: Int64

    package init(nanodollars: Int64) {
        self.nanodollars = nanodollars
    }

    /// - Precondition: finite, and not of billions.
    package init(dollars: Double) {
        self.init(nanodollars: Int64((dollars * 1e9).rounded()))
    }

    package static let zero = Money(nanodollars: 0)

    package var dollars: Double { Double(nanodollars) / 1e9 }

    package static func < (left: Money, right: Money) -> Bool { left.nanodollars < right.nanodollars }
    package static func + (left: Money, right: Money) -> Money {
        Money(nanodollars: left.nanodollars + right.nanodollars)
    }
    package static func - (left: Money, right: Money) -> Money {
        Money(nanodollars: left.nanodollars - right.nanodollars)
    }
    package static func += (left: inout Money, right: Money) { left = left + right }
}

/// Where a share lies, as far as so many cases tell: Wilson's score interval at 95 % (E. B. Wilson, JASA 22, 1927), which
/// holds for few cases and for shares near 0 and 1.
package struct Interval: Sendable, Equatable {
    package let lower: Double
    package let upper: Double

    /// - Returns: nil of no cases.
    package init?(_ part: Int64, of whole: Int64) {
        self.init(share: Double(part) / Double(whole), of: Double(whole))
    }

    /// - Parameter cases: what they are worth, which need not be a whole number.
    /// - Returns: nil of no cases.
    package init?(share: Double, of cases: Double) {
        guard cases > 0 else { return nil }
        let (n, z) = (cases, 1.959963984540054)
        let center = share + z * z / (2 * n)
        let spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        lower = share == 0 ? 0 : max(0, (center - spread) / scale)
        upper = share == 1 ? 1 : min(1, (center + spread) / scale)
    }
}

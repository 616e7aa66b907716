/// Where a share lies, as far as so many cases tell.
package struct Interval: Sendable, Equatable {
    package let lower: Double
    package let upper: Double

    /// Wilson's score interval at 95 % (E. B. Wilson, JASA 22, 1927): holds for few cases and for shares near 0 and 1.
    ///
    /// - Returns: nil of no cases.
    package init?(_ part: Int64, of whole: Int64) {
        guard whole > 0 else { return nil }
        let (n, z) = (Double(whole), 1.959963984540054)
        let share = Double(part) / n
        let center = share + z * z / (2 * n)
        let spread = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        lower = part == 0 ? 0 : max(0, (center - spread) / scale)
        upper = part == whole ? 1 : min(1, (center + spread) / scale)
    }
}

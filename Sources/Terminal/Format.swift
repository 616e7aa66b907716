package import Support

/// Figures as a person reads them.
package enum Format {
    /// With thousands separated: `1,234,567`.
    package static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return number < 0 ? "-" + text : text
    }

    /// A number with so many decimals, rounded half away from zero: `1,234.50`.
    package static func fixed(_ number: Double, decimals: Int) -> String {
        guard number.isFinite else { return number.isNaN ? "–" : number < 0 ? "-∞" : "∞" }
        let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
        let scaled = (number.magnitude * Double(scale)).rounded(.toNearestOrAwayFromZero)
        // Past 2^53 a double has no decimals to show.
        guard scaled < 0x1p53 else { return "\(number)" }
        let (whole, fraction) = Int(scaled).quotientAndRemainder(dividingBy: scale)
        let sign = number < 0 && scaled > 0 ? "-" : ""
        let digits = String(fraction)
        let decimalsText = String(repeating: "0", count: decimals - min(decimals, digits.count)) + digits
        return sign + count(whole) + (decimals > 0 ? "." + decimalsText : "")
    }

    /// A number without needless decimals: `1` or `0.25`.
    package static func number(_ number: Double) -> String {
        number == number.rounded() && number.magnitude < 0x1p53 ? String(Int(number)) : "\(number)"
    }

    /// A size in powers of 1,024: `512 B`, `1.5 MiB`.
    package static func bytes(_ count: Int) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var size = Double(count)
        var unit = 0
        // What would be shown as 1,024.0 is one of the next unit.
        while size.magnitude >= (unit == 0 ? 1_024 : 1_023.95), unit < units.count - 1 {
            size /= 1_024
            unit += 1
        }
        return "\(fixed(size, decimals: unit == 0 ? 0 : 1)) \(units[unit])"
    }

    /// A duration: `0.42 ms`, `850 ms`, `1.25 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
    package static func duration(milliseconds: Double) -> String {
        guard milliseconds.isFinite, milliseconds.magnitude < 1e15 else { return "–" }
        guard milliseconds >= 0 else { return "-" + duration(milliseconds: -milliseconds) }
        if milliseconds < 9.995 { return fixed(milliseconds, decimals: 2) + " ms" }
        if milliseconds < 99.95 { return fixed(milliseconds, decimals: 1) + " ms" }
        if milliseconds < 999.5 { return fixed(milliseconds, decimals: 0) + " ms" }
        if milliseconds < 9_995 { return fixed(milliseconds / 1_000, decimals: 2) + " s" }
        if milliseconds < 59_950 { return fixed(milliseconds / 1_000, decimals: 1) + " s" }
        let seconds = Int((milliseconds / 1_000).rounded())
        if seconds < 3_600 { return pair(seconds / 60, "min", seconds % 60, "s") }
        if seconds < 86_400 { return pair(seconds / 3_600, "h", seconds / 60 % 60, "min") }
        return pair(seconds / 86_400, "d", seconds / 3_600 % 24, "h")
    }

    private static func pair(_ first: Int, _ firstUnit: String, _ second: Int, _ secondUnit: String) -> String {
        "\(count(first)) \(firstUnit)" + (second == 0 ? "" : " \(second) \(secondUnit)")
    }

    /// An amount with the digits that matter: `$0.000123`, `$0.50`, `$1.23`, `$1,234`.
    ///
    /// Below a dollar three significant digits and at least two decimals, to a thousand two decimals, then none.
    package static func dollars(_ amount: Money) -> String {
        let magnitude = amount.nanodollars.magnitude
        if magnitude == 0 { return "$0" }
        let sign = amount.nanodollars < 0 ? "-$" : "$"
        func rounded(to unit: UInt64) -> UInt64 { (magnitude / unit + (magnitude % unit * 2 >= unit ? 1 : 0)) * unit }
        if rounded(to: 10_000_000) >= 1_000_000_000_000 {
            return sign + count(Int(rounded(to: 1_000_000_000) / 1_000_000_000))
        }
        // Three significant digits of nine decimals; two decimals from a dollar on.
        var unit: UInt64 = 1
        while unit < 10_000_000, magnitude / unit >= 1_000 { unit *= 10 }
        let value = rounded(to: unit)
        let fraction = String(value % 1_000_000_000 + 1_000_000_000).dropFirst()
        var kept = fraction
        while kept.count > 2, kept.last == "0" { kept.removeLast() }
        return "\(sign)\(value / 1_000_000_000).\(kept)"
    }

    /// A share: `12.3%`; `<0.01%` and `>99.9%` where rounding would claim never or always.
    package static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "–" }
        let percent = share * 100
        switch percent {
        case 0: return "0%"
        case 100: return "100%"
        case 0..<0.005: return "<0.01%"
        case 0..<0.995: return fixed(percent, decimals: 2) + "%"
        case 99.95..<100: return ">99.9%"
        default: return fixed(percent, decimals: 1) + "%"
        }
    }

    /// A share of a whole; "–" of nothing.
    package static func percent(_ part: Int, of whole: Int) -> String {
        whole == 0 ? "–" : percent(Double(part) / Double(whole))
    }
}

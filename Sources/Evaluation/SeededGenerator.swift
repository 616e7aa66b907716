/// Random numbers that a seed determines on every machine and with every version of the compiler (SplitMix64; Steele,
/// Lea, Flood, 2014).
struct SeededGenerator: Sendable {
    private var state: UInt64

    /// - Parameter purpose: keeps the draws of one use apart from those of another with the same seed.
    init(seed: UInt64, purpose: UInt64 = 0) {
        var generator = SeededGenerator(rawState: seed)
        self.init(rawState: generator.next() ^ purpose)
    }

    /// The published generator, without a purpose.
    init(rawState: UInt64) {
        state = rawState
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// Uniform in 0 ..< 1, with the 53 bits that a double holds.
    mutating func unit() -> Double {
        SeededGenerator.unit(next())
    }

    /// The number in 0 ..< 1 that 64 random bits stand for.
    static func unit(_ bits: UInt64) -> Double {
        Double(bits >> 11) * 0x1p-53
    }

    /// Uniform in 0 ..< bound; the bias of the multiplication is below bound · 2⁻⁶⁴.
    mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "no number is below \(bound)")
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Fisher and Yates' shuffle. The standard library's may change with its version.
    mutating func shuffle<Element>(_ elements: inout [Element]) {
        for index in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(index, below(index + 1))
        }
    }
}

import Support

/// Random numbers that a seed determines on every machine and with every version of the compiler (`SplitMix64`).
struct SeededGenerator: Sendable {
    private var generator: SplitMix64

    /// - Parameter purpose: keeps the draws of one use apart from those of another with the same seed.
    init(seed: UInt64, purpose: UInt64 = 0) {
        var generator = SplitMix64(seed: seed)
        self.init(rawState: generator.next() ^ purpose)
    }

    /// The published generator, without a purpose.
    init(rawState: UInt64) {
        generator = SplitMix64(seed: rawState)
    }

    mutating func next() -> UInt64 {
        generator.next()
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

import Support

/// A hash that is the same in every run and on every machine, unlike `Hasher`: the stand-in's only source of chance.
///
/// FNV-1a over the bytes, then the finaliser of SplitMix64, so that near texts get far values.
package struct StableHash {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    package init(seed: UInt64 = 0) {
        add(seed)
    }

    package mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte: byte) }
        // A byte that UTF-8 never has, so that moving a character from one text to the next changes the hash.
        add(byte: 0xFF)
    }

    package mutating func add(_ value: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { add(byte: UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
    }

    private mutating func add(byte: UInt8) {
        state = (state ^ UInt64(byte)) &* 0x100_0000_01B3
    }

    package var value: UInt64 { SplitMix64.mix(state) }

    /// The hash as a fraction from 0 to below 1, to be compared with a probability.
    package var fraction: Double { Double(value >> 11) * 0x1p-53 }

    /// Sixteen hexadecimal digits.
    package var hex: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// What a row's bound adds to the product of codes, in two numbers of 16 bits, the high ones of a float (bfloat16):
/// together they take the room of one float, and a search reads no more of a row.
struct Margin {
    /// The remainder in the high half, the shift in the low one; both rounded up.
    let bits: UInt32

    /// - Parameters:
    ///   - remainder: not negative, or infinite.
    ///   - shift: finite unless the remainder is infinite.
    @inline(__always)
    init(remainder: Float, shift: Float) {
        bits = Margin.roundedUp(remainder) | Margin.roundedUp(shift) >> 16
    }

    /// In the high half of the bits. Cutting bits off a negative number raises it.
    @inline(__always)
    private static func roundedUp(_ value: Float) -> UInt32 {
        let bits = value.bitPattern
        return (value > 0 && value < .infinity ? bits + 0xFFFF : bits) & 0xFFFF_0000
    }
}

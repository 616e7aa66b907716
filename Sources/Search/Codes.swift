/// A row's coordinate in steps, rounded to an integer from -128 to 127, and its high half, which alone stands for the
/// middle of 16 of those.
struct RowCode {
    /// 0 for -128, 255 for 127.
    let bits: UInt8

    /// What is added to the integer that bits are to give the coordinate: once all are known, and while only the high
    /// half is.
    static let offset: Float = -128
    static let offsetOfHighHalf: Float = -128 + 7.5

    @inline(__always)
    init(_ number: Float) {
        bits = UInt8(truncatingIfNeeded: rounded(number, from: -128).bitPattern) ^ 0x80
    }

    var value: Float { Float(bits) + RowCode.offset }
    var valueOfHighHalf: Float { Float(bits & 0xF0) + RowCode.offsetOfHighHalf }
}

/// A query's weighted coordinate, rounded to an integer from -127 to 127.
struct QueryCode {
    let value: Float
    let bits: Int8

    @inline(__always)
    init(_ number: Float) {
        let shifted = rounded(number, from: -127)
        value = shifted - 12_582_912
        bits = Int8(truncatingIfNeeded: shifted.bitPattern)
    }
}

/// Adding 1.5 · 2²³ rounds to an integer and leaves it in the low bits; libm's rounding is a call.
@inline(__always)
private func rounded(_ number: Float, from lowest: Float) -> Float {
    (number < lowest ? lowest : number > 127 ? 127 : number) + 12_582_912
}

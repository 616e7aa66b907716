import FoundationEssentials

/// A vector on the wire: base64 of little-endian float32, as OpenAI's `encoding_format: base64` has it.
enum UnitVector {
    /// How far a length may be from 1: what rounding to float32 and back can do, with room to spare.
    private static let lengthTolerance: Float = 1e-3

    /// - Returns: nil unless it is base64 of `dimension` finite floats whose vector has length 1.
    static func decoded(base64 text: String, dimension: Int) -> [Float]? {
        var text = text
        var vector = [Float](repeating: 0, count: dimension)
        let isWhole = text.withUTF8 { text in
            unsafe vector.withUnsafeMutableBytes { unsafe decode(base64: text, to: $0) }
        }
        guard isWhole else { return nil }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length.isFinite && abs(length - 1) <= lengthTolerance ? vector : nil
    }

    static func encoded(base64 vector: [Float]) -> String {
        var data = Data(capacity: 4 * vector.count)
        for component in vector {
            let bits = component.bitPattern
            for byte in 0..<4 { data.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt32(byte)))) }
        }
        return data.base64EncodedString()
    }

    /// Fills `target` with what a text says (RFC 4648, section 4); a vector has two thousand characters, and a lookup has
    /// little more to do than to read them.
    ///
    /// - Returns: false when the text is no base64 of just so many bytes.
    private static func decode(
        base64 text: UnsafeBufferPointer<UInt8>, to target: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let padding = (3 - target.count % 3) % 3
        guard text.count == (target.count + 2) / 3 * 4,
            unsafe text.suffix(padding).allSatisfy({ $0 == UInt8(ascii: "=") })
        else { return false }
        // Four characters are three bytes; what is no digit is told by its high bit, once for all.
        let digits = digits.span
        var all: UInt32 = 0
        func bits(_ group: Int, _ characters: Int) -> UInt32 {
            var bits: UInt32 = 0
            for offset in 0..<4 {
                let digit = offset < characters ? digits[unsafe Int(text[4 * group + offset])] : 0
                all |= digit
                bits = bits << 6 | digit
            }
            return bits
        }
        func put(_ bits: UInt32, _ group: Int, _ bytes: Int) {
            for offset in 0..<bytes {
                unsafe target[3 * group + offset] = UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * offset))
            }
        }
        let whole = target.count / 3
        for group in 0..<whole { put(bits(group, 4), group, 3) }
        if padding > 0 { put(bits(whole, 4 - padding), whole, 3 - padding) }
        return all & noDigit == 0
    }

    private static let noDigit: UInt32 = 1 << 31

    /// By character: the six bits that it stands for.
    private static let digits: [UInt32] = {
        var digits = [UInt32](repeating: noDigit, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, character) in alphabet.utf8.enumerated() { digits[Int(character)] = UInt32(value) }
        return digits
    }()
}

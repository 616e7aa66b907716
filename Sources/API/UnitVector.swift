import FoundationEssentials

/// A vector on the wire: base64 of little-endian float32, as OpenAI's `encoding_format: base64` has it.
enum UnitVector {
    /// How far a length may be from 1: what rounding to float32 and back can do, with room to spare.
    private static let lengthTolerance: Float = 1e-3

    /// - Returns: nil unless it is base64 of `dimension` finite floats whose vector has length 1.
    static func decoded(base64 text: String, dimension: Int) -> [Float]? {
        guard let data = Data(base64Encoded: text), data.count == 4 * dimension else { return nil }
        let vector = (0..<dimension).map { index in
            let bits = (0..<4).reduce(UInt32(0)) { bits, byte in
                bits | UInt32(data[data.startIndex + 4 * index + byte]) << (8 * UInt32(byte))
            }
            return Float(bitPattern: bits)
        }
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
}

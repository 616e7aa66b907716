/// A statement's values in PostgreSQL's binary form, laid out for libpq.
struct PostgresParameters {
    /// Never empty, so that an empty text has an address.
    private var bytes: [UInt8] = [0]
    /// Where each value lies; nil for NULL.
    private var ranges: [Range<Int>?] = []

    init(_ values: [Value]) {
        for value in values {
            let start = bytes.count
            if case .null = value {
                ranges.append(nil)
            } else {
                append(value)
                ranges.append(start..<bytes.count)
            }
        }
    }

    private mutating func append(_ value: Value) {
        switch value {
        case .null: break
        case .integer(let value): append(UInt64(bitPattern: value))
        case .real(let value): append(value.bitPattern)
        case .text(let value): PostgresText.append(value, to: &bytes)
        case .blob(let value): bytes += value
        case .floats(let value): unsafe value.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
    }

    /// The first byte is the highest.
    private mutating func append(_ number: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// - Parameter body: gets how many there are, their addresses, lengths and formats, good during the call.
    func withPointers<T>(
        _ body: (
            _ count: Int32, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
            _ formats: UnsafePointer<Int32>?
        ) -> T
    ) -> T {
        let lengths = ranges.map { Int32($0?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: ranges.count)
        return unsafe bytes.withUnsafeBytes { bytes in
            let base = unsafe bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
            let values = unsafe ranges.map { range in unsafe range.map { unsafe base + $0.lowerBound } }
            return unsafe body(Int32(ranges.count), values, lengths, formats)
        }
    }
}

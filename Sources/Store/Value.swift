/// A value as a store keeps it.
enum Value: Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
    /// A blob of 32-bit floats in the machine's order, which is little-endian on every machine served.
    case floats([Float])

    static func optional(_ value: Int64?) -> Value { value.map(Value.integer) ?? .null }
    static func optional(_ value: String?) -> Value { value.map(Value.text) ?? .null }
    /// Zero loses its sign, as it does in SQLite's file format; else its checksum would not hold.
    static func optional(_ value: Double?) -> Value { value.map { .real($0 + 0.0) } ?? .null }
}

/// A place in a trace, as W3C's `traceparent` carries it from one service to the next
/// (https://www.w3.org/TR/trace-context/, section 3.2).
package struct TraceContext: Sendable, Hashable {
    /// 32 and 16 lower-case hexadecimal digits, not all zeros.
    package let trace: String
    package let span: String
    /// Whether whoever began the trace records it.
    package let isSampled: Bool

    package init(trace: String, span: String, isSampled: Bool) {
        self.trace = trace
        self.span = span
        self.isSampled = isSampled
    }

    /// - Returns: nil for a field that is none; such a trace is begun anew.
    package init?(traceparent: String) {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts.prefix(4).map(\.utf8.count) == [2, 32, 16, 2],
            parts.prefix(4).allSatisfy({ $0.utf8.allSatisfy(Self.isDigit) }), parts[0] != "ff",
            // Later versions may have more parts, this one has not.
            parts[0] != "00" || parts.count == 4,
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        self.init(trace: String(parts[1]), span: String(parts[2]), isSampled: flags & 1 == 1)
    }

    package var traceparent: String { "00-\(trace)-\(span)-\(isSampled ? "01" : "00")" }

    /// An id of that many bytes, drawn by chance.
    package static func randomID(bytes: Int) -> String {
        // All zeros would be no id; with the first byte set they never are.
        let digits = (0..<bytes).map { index in hex(.random(in: index == 0 ? 1...255 : 0...255)) }
        return digits.joined()
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

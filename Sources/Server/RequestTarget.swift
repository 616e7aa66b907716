/// A request target taken apart (RFC 9112, section 3.2): the path and the query, percent-decoded.
///
/// The origin form (`/path?query`), the absolute form (`http://host/path?query`) and `*` are read. In the query a plus
/// sign is a space, as forms send it; in the path it is itself. An encoded slash becomes a slash.
struct RequestTarget {
    let path: String
    let query: [(name: String, value: String)]

    init(_ raw: [UInt8]) throws(Refusal) {
        guard raw.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
            throw .malformedTarget
        }
        if raw == [UInt8(ascii: "*")] {
            path = "*"
            query = []
            return
        }
        let origin = raw[try RequestTarget.pathStart(in: raw)...]
        let pathEnd = origin.firstIndex(of: UInt8(ascii: "?")) ?? origin.endIndex
        let rawPath = origin[..<pathEnd]
        path = rawPath.isEmpty ? "/" : try RequestTarget.decode(rawPath, plusIsSpace: false)
        query = pathEnd == origin.endIndex ? [] : try RequestTarget.pairs(in: origin[(pathEnd + 1)...])
    }

    /// Where the path begins: at once, or after the scheme and the authority of an absolute form.
    private static func pathStart(in raw: [UInt8]) throws(Refusal) -> Int {
        if raw.first == UInt8(ascii: "/") { return 0 }
        for scheme in ["http://", "https://"] where raw.starts(with: scheme.utf8) {
            let authority = raw[scheme.utf8.count...]
            let end = authority.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? raw.endIndex
            guard end > authority.startIndex else { throw .malformedTarget }
            return end
        }
        throw .malformedTarget
    }

    private static func pairs(in query: ArraySlice<UInt8>) throws(Refusal) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for pair in query.split(separator: UInt8(ascii: "&")) {
            let nameEnd = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = try decode(pair[..<nameEnd], plusIsSpace: true)
            let value = nameEnd == pair.endIndex ? "" : try decode(pair[(nameEnd + 1)...], plusIsSpace: true)
            pairs.append((name, value))
        }
        return pairs
    }

    private static func decode(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) throws(Refusal) -> String {
        // As most are sent; the whole target is ASCII.
        if !text.contains(where: { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }) {
            return String(decoding: text, as: UTF8.self)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "%"):
                guard index + 2 < text.endIndex, let high = hexadecimal(text[index + 1]),
                    let low = hexadecimal(text[index + 2]), high << 4 | low != 0
                else { throw .malformedEncoding }
                bytes.append(high << 4 | low)
                index += 3
            case UInt8(ascii: "+") where plusIsSpace:
                bytes.append(UInt8(ascii: " "))
                index += 1
            case let byte:
                bytes.append(byte)
                index += 1
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .malformedEncoding }
        return decoded
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension JSONValue {
    /// Parses a whole JSON text, strictly: nothing that another parser could read differently is accepted.
    ///
    /// Refused beyond RFC 8259's grammar: a name that stands twice in an object, invalid UTF-8, a lone surrogate,
    /// nesting deeper than `depthMax`, a number that a double cannot hold.
    package static func parse(_ bytes: [UInt8], depthMax: Int = 64) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: bytes, depthMax: depthMax)
        return try parser.parseText()
    }

    package static func parse(_ text: String, depthMax: Int = 64) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), depthMax: depthMax)
    }
}

/// Recursive descent over the bytes; the depth limit bounds the recursion.
private struct JSONParser {
    let bytes: [UInt8]
    let depthMax: Int
    var offset = 0

    init(bytes: [UInt8], depthMax: Int) {
        self.bytes = bytes
        self.depthMax = depthMax
    }

    mutating func parseText() throws(JSONError) -> JSONValue {
        let value = try parseValue(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw error("text after the value") }
        return value
    }

    private func error(_ reason: String) -> JSONError { JSONError(reason: reason, offset: offset) }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
        skipSpace()
        guard let first = next else { throw error("the text ends where a value should stand") }
        switch first {
        case UInt8(ascii: "{"): return .object(try parseObject(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try parseArray(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try parseNumber())
        default: throw error("no value starts like this")
        }
    }

    private mutating func parseWord(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[offset...].starts(with: word.utf8) else { throw error("expected \(word)") }
        offset += word.utf8.count
        return value
    }

    private mutating func parseObject(depth: Int) throws(JSONError) -> JSONObject {
        guard depth <= depthMax else { throw error("nested deeper than \(depthMax)") }
        offset += 1
        var members: [JSONObject.Member] = []
        var names = JSONObject.Names()
        skipSpace()
        if take(UInt8(ascii: "}")) { return JSONObject(distinct: members) }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error("expected a member's name") }
            let start = offset
            let name = try parseString()
            guard names.insert(name, beside: members) else {
                throw JSONError(reason: "the name \"\(clipped(name))\" stands twice", offset: start)
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error("expected ':'") }
            members.append(JSONObject.Member(name: name, value: try parseValue(depth: depth)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return JSONObject(distinct: members) }
            guard take(UInt8(ascii: ",")) else { throw error("expected ',' or '}'") }
        }
    }

    /// A name as a message can bear it: a client may send one of megabytes.
    private func clipped(_ name: String) -> String {
        let scalars = name.unicodeScalars
        return scalars.count > 40 ? String(scalars.prefix(40)) + "…" : name
    }

    private mutating func parseArray(depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth <= depthMax else { throw error("nested deeper than \(depthMax)") }
        offset += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try parseValue(depth: depth))
            skipSpace()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw error("expected ',' or ']'") }
        }
    }

    private mutating func parseNumber() throws(JSONError) -> JSONNumber {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        if take(UInt8(ascii: "0")) {
            guard !isDigit(next) else { throw error("a number does not begin with a zero") }
        } else {
            try takeDigits()
        }
        if take(UInt8(ascii: ".")) { try takeDigits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try takeDigits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw JSONError(reason: "the number is out of range", offset: start)
        }
        return JSONNumber(text: text)
    }

    private mutating func takeDigits() throws(JSONError) {
        guard isDigit(next) else { throw error("expected a digit") }
        while isDigit(next) { offset += 1 }
    }

    private func isDigit(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func parseString() throws(JSONError) -> String {
        let start = offset
        offset += 1
        var run = offset
        var text = ""
        while true {
            skipPlain()
            guard let byte = next else { throw JSONError(reason: "the string does not end", offset: start) }
            switch byte {
            case UInt8(ascii: "\""):
                let tail = try validated(run..<offset)
                offset += 1
                // A string without escapes, nearly every one, is made in one step.
                return text.isEmpty ? tail : text + tail
            case UInt8(ascii: "\\"):
                text += try validated(run..<offset)
                offset += 1
                text.unicodeScalars.append(try parseEscape(ofStringAt: start))
                run = offset
            case 0..<0x20: throw error("a control character stands in a string")
            default: offset += 1
            }
        }
    }

    /// Passes by what nothing has to be done about, eight bytes at a time: a vector is a string of thousands.
    private mutating func skipPlain() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        /// Sets the high bit of the first byte that is below a number, if there is one, and of no byte before it.
        func below(_ number: UInt64, _ bytes: UInt64) -> UInt64 { (bytes &- ones * number) & ~bytes & ones << 7 }
        unsafe bytes.withUnsafeBytes { bytes in
            while offset + 8 <= bytes.count {
                let eight = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let quotes = below(1, eight ^ ones * UInt64(UInt8(ascii: "\"")))
                let backslashes = below(1, eight ^ ones * UInt64(UInt8(ascii: "\\")))
                if below(0x20, eight) | quotes | backslashes != 0 { return }
                offset += 8
            }
        }
    }

    private func validated(_ range: Range<Int>) throws(JSONError) -> String {
        if let text = String(validating: bytes[range], as: UTF8.self) { return text }
        throw JSONError(reason: "invalid UTF-8 in a string", offset: range.lowerBound + validPrefixCount(bytes[range]))
    }

    /// How many bytes stand before the first that is not UTF-8.
    private func validPrefixCount(_ bytes: ArraySlice<UInt8>) -> Int {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            return bytes.count
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    private mutating func parseEscape(ofStringAt start: Int) throws(JSONError) -> Unicode.Scalar {
        guard let byte = next else { throw JSONError(reason: "the string does not end", offset: start) }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try parseCodePoint()
        default: throw JSONError(reason: "no such escape", offset: offset - 2)
        }
    }

    private mutating func parseCodePoint() throws(JSONError) -> Unicode.Scalar {
        let start = offset - 2
        let first = try parseHex()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // A high surrogate must be followed by its low one.
        if first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let second = try parseHex()
            if (0xDC00...0xDFFF).contains(second) {
                return Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))!
            }
        }
        throw JSONError(reason: "a lone surrogate", offset: start)
    }

    private mutating func parseHex() throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = hexDigit(byte) else { throw error("expected four hexadecimal digits") }
            value = value << 4 | UInt16(digit)
            offset += 1
        }
        return value
    }

    private func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

import Support

/// Reads a JSON5 text whole, by recursive descent; every value knows its line.
package struct JSON5Parser {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var line = 1

    package static func parse(_ text: String) throws(JSON5Error) -> JSON5Node {
        var parser = JSON5Parser(text)
        let node = try parser.parseValue(depth: 0)
        try parser.skipSpace()
        guard parser.next == nil else { throw parser.error("text after the value") }
        return node
    }

    private init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    private func error(_ reason: String) -> JSON5Error { JSON5Error(line: line, reason: reason) }

    // MARK: Scalars

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r" || scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    /// Takes the next scalar and counts lines; a carriage return and its line feed count once.
    @discardableResult private mutating func advance() -> Unicode.Scalar {
        let scalar = scalars[position]
        position += 1
        if JSON5Parser.isLineEnd(scalar), !(scalar == "\r" && next == "\n") { line += 1 }
        return scalar
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        advance()
        return true
    }

    private mutating func skipSpace() throws(JSON5Error) {
        while let scalar = next {
            if scalar == "/" {
                try skipComment()
            } else if scalar.properties.isWhitespace && scalar != "\u{85}" || scalar == "\u{FEFF}" {
                advance()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(JSON5Error) {
        let start = line
        advance()
        if take("/") {
            while let scalar = next, !JSON5Parser.isLineEnd(scalar) { advance() }
        } else if take("*") {
            while true {
                guard next != nil else { throw JSON5Error(line: start, reason: "the comment does not end") }
                if advance() == "*", take("/") { return }
            }
        } else {
            throw error("a comment begins with // or /*")
        }
    }

    // MARK: Values

    private mutating func parseValue(depth: Int) throws(JSON5Error) -> JSON5Node {
        guard depth <= Limits.jsonDepthMax else { throw error("nested deeper than \(Limits.jsonDepthMax)") }
        try skipSpace()
        guard let first = next else { throw error("the text ends where a value should stand") }
        let start = line
        let value: JSON5Node.Value =
            switch first {
            case "{": .object(try parseObject(depth: depth))
            case "[": .array(try parseArray(depth: depth))
            case "\"", "'": .string(try parseString())
            default: try parseWord()
            }
        return JSON5Node(line: start, value: value)
    }

    private mutating func parseObject(depth: Int) throws(JSON5Error) -> [JSON5Member] {
        let start = line
        advance()
        var members: [JSON5Member] = []
        while true {
            try skipSpace()
            if take("}") { return members }
            guard next != nil else { throw JSON5Error(line: start, reason: "the object does not end") }
            let (nameLine, nameStart) = (line, position)
            let name = next == "\"" || next == "'" ? try parseString() : try parseIdentifier()
            try skipSpace()
            guard take(":") else { throw error("expected ':' after the name \"\(name)\"") }
            try skipSpace()
            let valueStart = position
            let node = try parseValue(depth: depth + 1)
            members.append(
                JSON5Member(
                    name: name, line: nameLine, node: node, range: nameStart..<position,
                    valueRange: valueStart..<position))
            try skipSpace()
            guard take(",") || next == "}" else { throw error("expected ',' or '}' after the value of \"\(name)\"") }
        }
    }

    private mutating func parseArray(depth: Int) throws(JSON5Error) -> [JSON5Node] {
        let start = line
        advance()
        var elements: [JSON5Node] = []
        while true {
            try skipSpace()
            if take("]") { return elements }
            guard next != nil else { throw JSON5Error(line: start, reason: "the array does not end") }
            elements.append(try parseValue(depth: depth + 1))
            try skipSpace()
            guard take(",") || next == "]" else { throw error("expected ',' or ']' after an element") }
        }
    }

    /// A name without quotes: an ECMAScript 5.1 identifier.
    private mutating func parseIdentifier() throws(JSON5Error) -> String {
        var name = String.UnicodeScalarView()
        while let scalar = next {
            if scalar == "\\" {
                advance()
                guard take("u") else { throw error("expected \\u in a name") }
                name.append(try parseCodePoint())
            } else if JSON5Parser.isIdentifierPart(scalar) {
                name.append(advance())
            } else {
                break
            }
        }
        guard let first = name.first, JSON5Parser.isIdentifierPart(first), first.properties.numericType == nil else {
            throw error(next.map { "a name cannot begin with '\(name.first ?? $0)'" } ?? "expected a name")
        }
        return String(name)
    }

    private static func isIdentifierPart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "$" || scalar == "_" || scalar == "\u{200C}" || scalar == "\u{200D}"
            || scalar.properties.isIDContinue
    }

    /// A number or one of the words `null`, `true`, `false`.
    private mutating func parseWord() throws(JSON5Error) -> JSON5Node.Value {
        var text = ""
        while let scalar = next, JSON5Parser.isIdentifierPart(scalar) || "+-.".unicodeScalars.contains(scalar) {
            text.unicodeScalars.append(advance())
        }
        switch text {
        case "null": return .null
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "": throw error("no value begins with '\(next.map(String.init) ?? "")'")
        default:
            guard let number = JSON5Parser.number(text) else {
                throw error("\"\(text)\" is no value; text stands in quotes")
            }
            return .number(number, text)
        }
    }

    /// A JSON5 number: JSON's, or with a plus, a bare point, in hexadecimal, or not finite.
    package static func number(_ text: String) -> Double? {
        let isNegative = text.hasPrefix("-")
        let digits = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
        let sign: Double = isNegative ? -1 : 1
        if digits == "Infinity" { return sign * .infinity }
        if digits == "NaN" { return .nan }
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
            guard let magnitude = UInt64(digits.dropFirst(2), radix: 16), digits.dropFirst(2).first != "+" else {
                return nil
            }
            return sign * Double(magnitude)
        }
        let parts = digits.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, mantissa.count <= 2, mantissa.contains(where: { !$0.isEmpty }),
            mantissa.allSatisfy({ $0.allSatisfy(isDigit) }),
            // A leading zero would be octal to an old reader.
            mantissa[0].count < 2 || mantissa[0].first != "0"
        else { return nil }
        if parts.count == 2 {
            let exponent = parts[1].first == "+" || parts[1].first == "-" ? parts[1].dropFirst() : parts[1]
            guard !exponent.isEmpty, exponent.allSatisfy(isDigit) else { return nil }
        }
        let plain = (mantissa[0].isEmpty ? "0" : mantissa[0]) + "." + (mantissa.count > 1 ? mantissa[1] : "") + "0"
        return Double(plain + (parts.count == 2 ? "e" + parts[1] : "")).map { sign * $0 }
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

    // MARK: Strings

    private mutating func parseString() throws(JSON5Error) -> String {
        let start = line
        let quote = advance()
        var text = String.UnicodeScalarView()
        while true {
            guard let scalar = next, scalar != "\n", scalar != "\r" else {
                throw JSON5Error(line: start, reason: "the string does not end")
            }
            advance()
            if scalar == quote { return String(text) }
            if scalar != "\\" {
                text.append(scalar)
            } else if let escaped = try parseEscape() {
                text.append(escaped)
            }
        }
    }

    /// - Returns: nil for an escaped line end, which stands for nothing.
    private mutating func parseEscape() throws(JSON5Error) -> Unicode.Scalar? {
        guard next != nil else { throw error("the string does not end") }
        let scalar = advance()
        switch scalar {
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{B}"
        case "0" where !(next.map { ("0"..."9").contains($0) } ?? false): return "\0"
        case "0"..."9": throw error("no such escape: \\\(scalar)")
        case "x": return Unicode.Scalar(try parseHex(digits: 2))
        case "u": return try parseCodePoint()
        case "\r":
            _ = take("\n")
            return nil
        case _ where JSON5Parser.isLineEnd(scalar): return nil
        default: return scalar
        }
    }

    /// What follows `\u`: four hexadecimal digits, or a surrogate pair.
    private mutating func parseCodePoint() throws(JSON5Error) -> Unicode.Scalar {
        let first = try parseHex(digits: 4)
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, take("\\"), take("u") {
            let second = try parseHex(digits: 4)
            if (0xDC00...0xDFFF).contains(second) {
                return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))!
            }
        }
        throw error("a lone surrogate")
    }

    private mutating func parseHex(digits: Int) throws(JSON5Error) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let scalar = next, scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
                throw error("expected \(digits) hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            advance()
        }
        return value
    }
}

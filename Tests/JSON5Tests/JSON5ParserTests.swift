import Testing

@testable import JSON5

/// The value without lines, in a form to compare.
private func shown(_ node: JSON5Node) -> String {
    switch node.value {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let number, _): "\(number)"
    case .string(let text): "'\(text)'"
    case .array(let nodes): "[" + nodes.map(shown).joined(separator: " ") + "]"
    case .object(let members): "{" + members.map { "\($0.name)=\(shown($0.node))" }.joined(separator: " ") + "}"
    }
}

struct JSON5ParserTests {
    @Test(arguments: [
        ("null", "null"), ("true", "true"), (" false ", "false"), ("\u{FEFF}{}", "{}"), ("\u{A0}[]\u{3000}", "[]"),
        ("0", "0.0"), ("-0", "-0.0"), ("+1", "1.0"), (".5", "0.5"), ("5.", "5.0"), ("-.5e1", "-5.0"), ("1E+2", "100.0"),
        ("5.e-1", "0.5"), ("0x1F", "31.0"), ("-0Xa", "-10.0"), ("Infinity", "inf"), ("-Infinity", "-inf"),
        ("NaN", "nan"),
        (#""a""#, "'a'"), (#"'a"b'"#, #"'a"b'"#), (#""a'b""#, "'a'b'"), (#"'\'\"\\\/'"#, #"''"\/'"#),
        (#"'\b\f\n\r\t\v\0'"#, "'\u{8}\u{C}\n\r\t\u{B}\0'"), (#"'\x41\u00e9\uD83D\uDE00\q'"#, "'Aé😀q'"),
        ("'a\\\nb'", "'ab'"), ("'a\\\r\nb'", "'ab'"), ("'a\\\u{2028}b'", "'ab'"), ("'a\u{2028}b'", "'a\u{2028}b'"),
        ("[1,'a',]", "[1.0 'a']"), ("[[],{}]", "[[] {}]"), ("{a:1,'b c':2,\"d\":3,}", "{a=1.0 b c=2.0 d=3.0}"),
        (#"{$a_1:1,ünïc:2,\u0061b:3,null:4}"#, "{$a_1=1.0 ünïc=2.0 ab=3.0 null=4.0}"),
        ("// c\n{/* d\n*/a:/**/1/***/}// e", "{a=1.0}"), ("{a:1,a:2}", "{a=1.0 a=2.0}"),
    ])
    func reads(text: String, expected: String) throws {
        #expect(shown(try JSON5Parser.parse(text)) == expected)
    }

    @Test(arguments: [
        ("", 1, "the text ends where a value should stand"),
        ("\n\n", 3, "the text ends where a value should stand"),
        ("{a:1}\nx", 2, "text after the value"),
        ("{}\u{85}", 1, "text after the value"),
        ("{\na:1\nb:2}", 3, "expected ',' or '}' after the value of \"a\""),
        ("{a 1}", 1, "expected ':' after the name \"a\""),
        ("{\n a:,\n}", 2, "no value begins with ','"),
        ("{a:\n", 2, "the text ends where a value should stand"),
        ("\n{a:1,\n\n", 2, "the object does not end"),
        ("\n[1,\n\n", 2, "the array does not end"),
        ("[1,,2]", 1, "no value begins with ','"),
        ("[1 2]", 1, "expected ',' or ']' after an element"),
        ("{,}", 1, "a name cannot begin with ','"),
        ("{1a:1}", 1, "a name cannot begin with '1'"),
        ("{\\x61:1}", 1, "expected \\u in a name"),
        ("\n/* \n\n", 2, "the comment does not end"),
        ("/ x", 1, "a comment begins with // or /*"),
        ("\r\n'abc\n'", 2, "the string does not end"),
        ("'abc", 1, "the string does not end"),
        ("'\\", 1, "the string does not end"),
        ("'\\1'", 1, "no such escape: \\1"),
        ("'\\01'", 1, "no such escape: \\0"),
        ("'\\x4'", 1, "expected 2 hexadecimal digits"),
        ("'\\uD800'", 1, "a lone surrogate"),
        ("'\\uDC00\\uD800'", 1, "a lone surrogate"),
        ("\r\r\n\u{2028}hello", 4, "\"hello\" is no value; text stands in quotes"),
        ("01", 1, "\"01\" is no value; text stands in quotes"),
        (".", 1, "\".\" is no value; text stands in quotes"),
        ("0x", 1, "\"0x\" is no value; text stands in quotes"),
        ("0x+1", 1, "\"0x+1\" is no value; text stands in quotes"),
        ("1e", 1, "\"1e\" is no value; text stands in quotes"),
        ("--1", 1, "\"--1\" is no value; text stands in quotes"),
        ("1.2.3", 1, "\"1.2.3\" is no value; text stands in quotes"),
        ("1e5e5", 1, "\"1e5e5\" is no value; text stands in quotes"),
        ("٣", 1, "\"٣\" is no value; text stands in quotes"),
        (String(repeating: "[", count: 65) + "1", 1, "nested deeper than 64"),
    ])
    func refuses(text: String, line: Int, reason: String) {
        let error = #expect(throws: JSON5Error.self) { try JSON5Parser.parse(text) }
        #expect(error == JSON5Error(line: line, reason: reason))
    }

    @Test func knowsLines() throws {
        let root = try JSON5Parser.parse("// one\n{\n  a: 1,\r\n  b: [\n    2,\n    'x\\\ny', 3],\n  c:\n    4 }")
        guard case .object(let members) = root.value, case .array(let elements) = members[1].node.value else {
            Issue.record("not an object with an array")
            return
        }
        #expect(root.line == 2)
        #expect(members.map(\.line) == [3, 4, 8])
        #expect(members.map(\.node.line) == [3, 4, 9])
        #expect(elements.map(\.line) == [5, 6, 7])
    }

    /// Any beginning of a text is read or refused, never trapped on.
    @Test func survivesCuts() {
        let text = Array(
            "{a:[1,.5,'\\x41\\u00e9\\uD83D\\uDE00'],/*c*/\\u0062:{c:-0x1F,},//d\n'e':null,}".unicodeScalars)
        for count in 0..<text.count {
            var beginning = String.UnicodeScalarView()
            beginning.append(contentsOf: text[..<count])
            #expect(throws: JSON5Error.self) { try JSON5Parser.parse(String(beginning)) }
        }
    }
}

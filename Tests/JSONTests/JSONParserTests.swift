import Support
import Testing

@testable import JSON

@Suite struct JSONParserTests {
    @Test(
        arguments: [
            ("null", .null), ("true", true), ("false", false), (" \n\r\t1 \n\r\t", 1),
            ("-0", .number(JSONNumber(text: "-0"))),
            ("1.10", .number(JSONNumber(text: "1.10"))), ("1E+2", .number(JSONNumber(text: "1E+2"))),
            ("1e-400", .number(JSONNumber(text: "1e-400"))), ("0.5", .number(JSONNumber(text: "0.5"))),
            (
                "123456789012345678901234567890",
                .number(JSONNumber(text: "123456789012345678901234567890"))
            ),
            (#""""#, ""), (#""a b""#, "a b"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u00e9\u00E9""#, "éé"),
            (#""\u0000""#, "\0"), (#""\ud83d\ude00!""#, "😀!"), (#""x\uD83D\uDE00\uFFFF""#, "x😀\u{FFFF}"),
            ("\"\u{7F}\"", "\u{7F}"),
            ("\"\u{2028}\"", "\u{2028}"), (#""a\nb\nc""#, "a\nb\nc"), ("[]", []), ("[ ]", []),
            ("[1,[2],{}]", [1, [2], [:]]),
            ("{}", [:]), ("{ }", [:]), (#"{"a":1,"b":{"a":[null]}}"#, ["a": 1, "b": ["a": [nil]]]),
            (#"{"":1}"#, ["": 1]),
            (#"{"a":1,"A":2}"#, ["a": 1, "A": 2]),
        ] as [(String, JSONValue)])
    func accepts(text: String, value: JSONValue) throws {
        #expect(try JSONValue.parse(text) == value)
    }

    @Test(arguments: [
        ("", 0, "the text ends where a value should stand"), ("  \n", 3, "the text ends where a value should stand"),
        ("\u{FEFF}1", 0, "no value starts like this"), ("\0", 0, "no value starts like this"),
        ("1\0", 1, "text after the value"), ("1 2", 2, "text after the value"), ("{}}", 2, "text after the value"),
        ("nul", 0, "expected null"), ("nulL", 0, "expected null"), ("truee", 4, "text after the value"),
        ("True", 0, "no value starts like this"), ("NaN", 0, "no value starts like this"),
        ("Infinity", 0, "no value starts like this"), ("-Infinity", 1, "expected a digit"),
        ("'a'", 0, "no value starts like this"), ("// c\n1", 0, "no value starts like this"),
        ("\u{A0}1", 0, "no value starts like this"), ("01", 1, "a number does not begin with a zero"),
        ("-01", 2, "a number does not begin with a zero"), ("00", 1, "a number does not begin with a zero"),
        ("1.", 2, "expected a digit"), (".5", 0, "no value starts like this"), ("+1", 0, "no value starts like this"),
        ("-", 1, "expected a digit"), ("1e", 2, "expected a digit"), ("1e+", 3, "expected a digit"),
        ("1.e2", 2, "expected a digit"), ("0x10", 1, "text after the value"), ("1_000", 1, "text after the value"),
        ("1e400", 0, "the number is out of range"), ("[-1e400]", 1, "the number is out of range"),
        ("[", 1, "the text ends where a value should stand"), ("[1", 2, "expected ',' or ']'"),
        ("[1,]", 3, "no value starts like this"), ("[,1]", 1, "no value starts like this"),
        ("[1 2]", 3, "expected ',' or ']'"), ("[1}", 2, "expected ',' or ']'"), ("{", 1, "expected a member's name"),
        (#"{"a":1,}"#, 7, "expected a member's name"), ("{a:1}", 1, "expected a member's name"),
        ("{1:1}", 1, "expected a member's name"), (#"{"a"}"#, 4, "expected ':'"), (#"{"a" 1}"#, 5, "expected ':'"),
        (#"{"a":}"#, 5, "no value starts like this"), (#"{"a":1"#, 6, "expected ',' or '}'"),
        (#"{"a":1 "b":2}"#, 7, "expected ',' or '}'"), (#"{"a":1,"a":2}"#, 7, #"the name "a" stands twice"#),
        (#"{"a":1,"\u0061":2}"#, 7, #"the name "a" stands twice"#),
        (#"{"x":{"":1,"":2}}"#, 11, #"the name "" stands twice"#), ("\"", 0, "the string does not end"),
        ("\"a", 0, "the string does not end"), (#"["a\"#, 1, "the string does not end"),
        ("\"a\nb\"", 2, "a control character stands in a string"),
        ("\"\t\"", 1, "a control character stands in a string"),
        ("\"a\0\"", 2, "a control character stands in a string"), (#""\x""#, 1, "no such escape"),
        (#""\'""#, 1, "no such escape"), (#""\U0041""#, 1, "no such escape"),
        (#""\u12""#, 5, "expected four hexadecimal digits"), (#""\u12g4""#, 5, "expected four hexadecimal digits"),
        (#""\u"#, 3, "expected four hexadecimal digits"), (#""\u１234""#, 3, "expected four hexadecimal digits"),
        (#""\ud83d""#, 1, "a lone surrogate"), (#""\ude00""#, 1, "a lone surrogate"),
        (#""\ud83dx""#, 1, "a lone surrogate"), (#""\ud83d\n""#, 1, "a lone surrogate"),
        (#""\ud83d\ud83d""#, 1, "a lone surrogate"), (#""a\ud83d\u0041""#, 2, "a lone surrogate"),
        (#""\ude00\ud83d""#, 1, "a lone surrogate"),
    ])
    func refuses(text: String, offset: Int, reason: String) {
        #expect(throws: JSONError(reason: reason, offset: offset)) { try JSONValue.parse(text) }
    }

    /// Bytes inside a string at byte 1, and where the first wrong one stands.
    @Test(
        arguments: [
            ([0xFF], 1), ([0x61, 0x80], 2), ([0xC3], 1), ([0xC0, 0x80], 1), ([0xE0, 0x80, 0x80], 1),
            ([0xED, 0xA0, 0x80], 1), ([0xF4, 0x90, 0x80, 0x80], 1), ([0xC3, 0xA9, 0xF0, 0x9F, 0x98], 3),
            ([0xC3, 0x5C, 0x6E], 1), ([0x5C, 0x6E, 0xE2, 0x82], 3),
        ] as [([UInt8], Int)])
    func refusesWhatIsNotUTF8(bytes: [UInt8], offset: Int) {
        #expect(throws: JSONError(reason: "invalid UTF-8 in a string", offset: offset)) {
            try JSONValue.parse([0x22] + bytes + [0x22])
        }
    }

    @Test func everyControlCharacterIsRefusedAndTakenWhenEscaped() throws {
        for code in UInt8(0)..<0x20 {
            #expect(throws: JSONError.self) { try JSONValue.parse([0x22, code, 0x22]) }
            let value = JSONValue.string(String(Unicode.Scalar(code)))
            #expect(try JSONValue.parse(value.bytes) == value)
        }
    }

    @Test func findsANameThatStandsTwiceAmongMany() throws {
        for count in [15, 16, 17, 18, 200] {
            let names = (0..<count).map { #""n\#($0)":0"# }
            #expect(try JSONValue.parse("{" + names.joined(separator: ",") + "}").object?.members.count == count)
            for index in [0, count / 2, count - 1] {
                let text = "{" + (names + [#""\u006e\#(index)":1"#]).joined(separator: ",") + "}"
                #expect { try JSONValue.parse(text) } throws: {
                    ($0 as? JSONError)?.reason == "the name \"n\(index)\" stands twice"
                }
            }
        }
    }

    @Test func aMessageClipsALongName() {
        let name = String(repeating: "x", count: 1_000)
        #expect { try JSONValue.parse("{\"\(name)\":1,\"\(name)\":2}") } throws: {
            "\($0)" == "invalid JSON at byte 1006: the name \"\(name.prefix(40))…\" stands twice"
        }
    }

    /// Names that Unicode calls equivalent are different names to JSON.
    @Test(arguments: [2, 40])
    func namesOfOtherCodePointsAreOtherNames(count: Int) throws {
        let fillers = (2..<count).map { "\"n\($0)\":0," }.joined()
        let object = try #require(try JSONValue.parse("{\(fillers)\"é\":1,\"e\u{301}\":2}").object)
        #expect(object["é"] == 1)
        #expect(object["e\u{301}"] == 2)
        #expect(JSONValue.string("é") != .string("e\u{301}"))
        #expect(try JSONValue.parse("{\"é\":1}") != JSONValue.parse("{\"e\u{301}\":1}"))
    }

    @Test(arguments: [("[", "]"), ("{\"a\":", "}")])
    func nestsAsDeepAsAllowed(open: String, close: String) throws {
        func nested(_ depth: Int) -> String {
            String(repeating: open, count: depth) + "0" + String(repeating: close, count: depth)
        }
        #expect(throws: Never.self) { try JSONValue.parse(nested(64)) }
        #expect(throws: JSONError(reason: "nested deeper than 64", offset: 64 * open.utf8.count)) {
            try JSONValue.parse(nested(65))
        }
        #expect(throws: JSONError.self) { try JSONValue.parse(String(repeating: open, count: 1_000_000)) }
        #expect(throws: Never.self) { try JSONValue.parse(nested(3), depthMax: 3) }
        #expect(throws: JSONError.self) { try JSONValue.parse(nested(4), depthMax: 3) }
        #expect(throws: JSONError.self) { try JSONValue.parse("[]", depthMax: 0) }
        #expect(throws: Never.self) { try JSONValue.parse("1", depthMax: 0) }
    }

    @Test func saysWhereAndWhy() {
        #expect("\(JSONError(reason: "expected a digit", offset: 7))" == "invalid JSON at byte 7: expected a digit")
    }

    /// Cutting or changing a byte gives a value or an error, and what is accepted is written as it was read.
    @Test(arguments: UInt64(1)...4)
    func damagedTextsNeverTrap(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<2_000 {
            var bytes = JSONValue.random(depth: 3, using: &random).bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let index = bytes.indices.randomElement(using: &random)!
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: index)
                case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
                default: bytes.insert(Array("{}[]\",:\\u0-e.".utf8).randomElement(using: &random)!, at: index)
                }
            }
            do throws(JSONError) {
                let value = try JSONValue.parse(bytes)
                #expect(try JSONValue.parse(value.bytes) == value)
            } catch {
                #expect((0...bytes.count).contains(error.offset))
            }
        }
    }
}

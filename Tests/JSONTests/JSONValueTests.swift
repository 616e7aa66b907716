import Support
import Testing

@testable import JSON

@Suite struct JSONValueTests {
    @Test(arguments: UInt64(1)...8)
    func whatIsWrittenReadsAsItWas(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let value = JSONValue.random(depth: 4, using: &random)
            let read = try JSONValue.parse(value.bytes)
            #expect(read == value)
            #expect(read.hashValue == value.hashValue)
            #expect(read.bytes == value.bytes)
            #expect(try JSONValue.parse(value.text) == value)
        }
    }

    @Test(
        arguments: [
            (nil, "null"), (true, "true"), ([], "[]"), ([:], "{}"), ([1, -2, 0.5], "[1,-2,0.5]"),
            (["b": 1, "a": ["c": nil]], #"{"b":1,"a":{"c":null}}"#), ("a\"\\/\n\r\t", #""a\"\\/\n\r\t""#),
            ("\0\u{1F}\u{7F}", #""\u0000\u001f\u007f""#), ("é😀\u{2028}", "\"é😀\u{2028}\""),
        ] as [(JSONValue, String)])
    func writesCompactly(value: JSONValue, text: String) {
        #expect(value.text == text)
    }

    @Test(
        arguments: [
            (0, "0"), (-0.0, "0"), (1, "1"), (-3, "-3"), (0.1, "0.1"), (1e15, "1000000000000000"),
            (0x1p53, "9007199254740992.0"), (1e21, "1e+21"),
            (123_456_789_012_345, "123456789012345"), (.leastNonzeroMagnitude, "5e-324"), (1.5e-7, "1.5e-07"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
        ] as [(Double, String)])
    func aDoubleIsWrittenAsJSON(value: Double, text: String) throws {
        #expect(JSONNumber(value).text == text)
        #expect(try JSONValue.parse(text).double == value)
    }

    @Test func randomDoublesReadBackExactly() throws {
        var random = SplitMix64(seed: 11)
        for _ in 0..<5_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(try JSONValue.parse(JSONValue.number(value).bytes).double == value)
        }
    }

    @Test(
        arguments: [
            ("7", 7), ("-0", 0), ("9223372036854775807", .max), ("9223372036854775808", nil), ("1.0", nil),
            ("1e2", nil),
        ] as [(String, Int?)])
    func anIntegerIsOneOnlyWhenWrittenAsOne(text: String, int: Int?) throws {
        #expect(try JSONValue.parse(text).int == int)
    }

    @Test func givesEachKindOnlyAsItself() {
        let values: [JSONValue] = [nil, true, 1, "s", [], [:]]
        #expect(values.map(\.isNull) == [true, false, false, false, false, false])
        #expect(values.map(\.bool) == [nil, true, nil, nil, nil, nil])
        #expect(values.map(\.int) == [nil, nil, 1, nil, nil, nil])
        #expect(values.map(\.double) == [nil, nil, 1, nil, nil, nil])
        #expect(values.map(\.string) == [nil, nil, nil, "s", nil, nil])
        #expect(values.map { $0.array != nil } == [false, false, false, false, true, false])
        #expect(values.map { $0.object != nil } == [false, false, false, false, false, true])
        #expect(values.map(\.kind) == ["null", "a boolean", "a number", "a string", "an array", "an object"])
    }

    @Test func membersAndElementsAreFoundOrNil() {
        let value: JSONValue = ["a": [1, ["b": 2]]]
        #expect(value["a"]?[1]?["b"] == 2)
        #expect(value["a"]?[2] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["b"] == nil)
        #expect(value[0] == nil)
        #expect(JSONValue.null["a"] == nil)
    }

    @Test func anObjectKeepsItsOrder() {
        var object: JSONObject = ["a": 1, "b": 2, "c": 3]
        object["b"] = 20
        object["d"] = 4
        object["a"] = nil
        object["x"] = nil
        #expect(JSONValue.object(object).text == #"{"b":20,"c":3,"d":4}"#)
        object["e"] = JSONValue.null
        #expect(object["e"] == JSONValue.null)
        #expect(JSONValue.object(["a": 1, "b": 2]) != ["b": 2, "a": 1])
    }

    /// An object against a list of pairs.
    @Test func randomChangesAgreeWithAList() {
        var random = SplitMix64(seed: 5)
        var object = JSONObject()
        var model: [(name: String, value: Int)] = []
        for step in 0..<2_000 {
            let name = ["", "a", "é", "e\u{301}", "k\(Int.random(in: 0..<30, using: &random))"]
                .randomElement(using: &random)!
            let index = model.firstIndex { Array($0.name.utf8) == Array(name.utf8) }
            if Bool.random(using: &random) {
                object[name] = .number(step)
                if let index { model[index].value = step } else { model.append((name, step)) }
            } else {
                object[name] = nil
                if let index { model.remove(at: index) }
            }
            #expect(object.members.map(\.value.int) == model.map(\.value))
        }
    }
}

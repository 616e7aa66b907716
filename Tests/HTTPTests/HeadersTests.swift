import Testing

@testable import HTTP

@Suite struct HeadersTests {
    @Test(arguments: [
        ("Content-Type", "content-type", true), ("ETAG", "etag", true), ("a", "b", false), ("a", "ab", false),
        ("", "", true), ("X_Y", "x_y", true), ("[", "{", false), ("@", "`", false), ("É", "é", false),
        ("é", "e\u{301}", false),
    ])
    func namesCompareWithoutASCIICase(left: String, right: String, isSame: Bool) {
        #expect(Headers.same(left, right) == isSame)
        #expect(Headers.same(right, left) == isSame)
    }

    @Test func findsTheFirstAndAllOfAName() {
        var headers: Headers = ["Via": "1.1 a", "Age": "3"]
        headers.add("via", "1.1 b")
        #expect(headers["VIA"] == "1.1 a")
        #expect(headers.all("viA") == ["1.1 a", "1.1 b"])
        #expect(headers["age"] == "3")
        #expect(headers["host"] == nil)
        #expect(headers.all("host").isEmpty)
        #expect(headers.single("VIA") == ("1.1 a", true))
        #expect(headers.single("AGE") == ("3", false))
        #expect(headers.single("host") == (nil, false))
        #expect(headers.fields.map(\.name) == ["Via", "Age", "via"])
    }

    @Test func settingReplacesAllOfTheName() {
        var headers: Headers = ["Via": "a", "Age": "3", "VIA": "b"]
        headers["via"] = "c"
        #expect(headers == ["Age": "3", "Via": "c"])
        #expect(headers.all("via") == ["c"])
        headers["VIA"] = nil
        #expect(headers == ["Age": "3"])
        headers["Host"] = nil
        #expect(headers.fields.count == 1)
    }

    @Test(
        arguments: [
            (["A": "1"], ["a": "1"], true), (["A": "x"], ["A": "X"], false), (["A": "1"], [:], false),
            (["A": "1", "B": "2"], ["B": "2", "A": "1"], false), ([:], [:], true),
        ] as [(Headers, Headers, Bool)])
    func areEqualFieldByField(left: Headers, right: Headers, isSame: Bool) {
        #expect((left == right) == isSame)
    }
}

import Support
import Testing

struct StringCutTests {
    @Test(arguments: [
        ("", 0, ""), ("abc", 3, "abc"), ("abc", 2, "ab"), ("aé", 3, "aé"), ("aé", 2, "a\u{FFFD}"), ("é", 0, ""),
    ])
    func keepsTheBeginning(_ text: String, _ bytesMax: Int, _ expected: String) {
        #expect(text.cut(toBytes: bytesMax) == expected)
    }
}

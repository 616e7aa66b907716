import Testing

@testable import Models

@Suite struct SecretTests {
    @Test(
        arguments: [
            ("sk-1", "sk-1"), (" sk-1\n", "sk-1"), ("\tsk-1\r\n", "sk-1"), ("", nil), (" \n", nil), ("sk 1", nil),
            ("sk\r\nX: y", nil), ("schlüssel", nil), ("sk\0", nil),
        ])
    func takesWhatAHeaderCanHold(_ text: String, _ key: String?) {
        #expect(Secret(text)?.reveal() == key)
    }

    @Test func showsNowhere() throws {
        let key = try #require(Secret("sk-very-secret"))
        let configuration = ModelsConfiguration(upstream: Upstream(baseURL: "http://a/v1", key: key))
        for value in [key, Secret?.some(key) as Any, configuration.upstream as Any, configuration, [key]] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            for text in [dumped, String(describing: value), String(reflecting: value), "\(value)"] {
                #expect(!text.contains("very"))
            }
        }
    }

    @Test func isBlottedFromExcerpts() {
        let key = Secret("sk-very-secret")
        let text = excerpt(of: Array("bad key sk-very-secret\nsk-very-secret".utf8), hiding: key)
        #expect(text == #"bad key [key]\u{a}[key]"#)
        // A key that the end of the excerpt would cut in two.
        let padding = String(repeating: "x", count: 155)
        #expect(!excerpt(of: Array((padding + "sk-very-secret").utf8), hiding: key).contains("sk-"))
        #expect(excerpt(of: [UInt8](repeating: 0x61, count: 10_000), hiding: nil).count == 161)
        #expect(excerpt(of: [0xFF, 0x1B, 0x5B], hiding: nil) == #"\#u{FFFD}\u{1b}["#)
    }

    @Test func comesFromTheEnvironment() {
        #expect(Secret.fromEnvironment("PATH") != nil)
        #expect(Secret.fromEnvironment("REFRAIN_TESTS_NEVER_SET_THIS") == nil)
    }
}

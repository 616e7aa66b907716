import Testing

@testable import Support

@Suite struct ClosestTests {
    private static let commands = [
        "serve", "ask", "lookup", "import", "export", "forget", "feedback", "entries", "show", "stats", "report",
    ]

    @Test(
        arguments: [
            ("serv", "serve"), ("sevre", "serve"), ("lokup", "lookup"), ("loookup", "lookup"), ("lookpu", "lookup"),
            ("improt", "import"), ("exprot", "export"), ("reprot", "report"), ("entires", "entries"),
            ("feedbak", "feedback"),
            ("shwo", "show"), ("akk", "ask"), ("stats", "stats"), ("STATS", nil), ("xyz", nil), ("s", nil), ("", nil),
            ("deserve", "serve"), ("showing", nil), ("a", nil), ("as", "ask"),
        ] as [(String, String?)])
    func suggestsTheNearestCommand(word: String, expected: String?) {
        #expect(closest(to: word, among: ClosestTests.commands) == expected)
    }

    @Test func theFirstOfEquallyNearOnesWins() {
        #expect(closest(to: "cat", among: ["bat", "hat"]) == "bat")
        #expect(closest(to: "cat", among: ["bat", "cat"]) == "cat")
        #expect(closest(to: "cat", among: [String]()) == nil)
        #expect(closest(to: "überal", among: ["überall"]) == "überall")
    }
}

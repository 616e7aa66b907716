import Testing

@testable import Server

@Suite struct RequestTargetTests {
    @Test(arguments: [
        ("/", "/", ""),
        ("/a/b", "/a/b", ""),
        ("/a%20b", "/a b", ""),
        ("/a+b", "/a+b", ""),
        ("/a%2Fb", "/a/b", ""),
        ("/caf%C3%A9", "/café", ""),
        ("/%e2%82%ac", "/€", ""),
        ("/a%2525", "/a%25", ""),
        ("/a?x=1&y=2", "/a", "x=1|y=2"),
        ("/a?x=1+2&y=%2B", "/a", "x=1 2|y=+"),
        ("/a?x", "/a", "x="),
        ("/a?x=", "/a", "x="),
        ("/a?x=y=z", "/a", "x=y=z"),
        ("/a?&&x=1&", "/a", "x=1"),
        ("/a?x=1&x=2", "/a", "x=1|x=2"),
        ("/a?x=%26%3D", "/a", "x=&="),
        ("/a?q=what?", "/a", "q=what?"),
        ("/a?", "/a", ""),
        ("*", "*", ""),
        ("http://host/a?x=1", "/a", "x=1"),
        ("http://host:80?x=1", "/", "x=1"),
        ("https://host", "/", ""),
    ])
    func reads(raw: String, path: String, query: String) throws {
        let target = try RequestTarget(Array(raw.utf8))
        #expect(target.path == path)
        #expect(target.query.map { "\($0.name)=\($0.value)" }.joined(separator: "|") == query)
    }

    @Test(arguments: [
        "", "a", "a/b", "host:80", "http://", "http:///a", "/a b", "/a#b", "/a%", "/a%2", "/a%zz", "/a%00b", "/a%ff",
        "/a%C3", "/a?x=%00", "/a?x=%C3", "/a?%C3=x", "/é", "/a\u{1}", "/a\u{7f}", "**", "/a%C0%AF", "/a%ED%A0%80",
    ])
    func refuses(raw: String) {
        #expect {
            _ = try RequestTarget(Array(raw.utf8))
        } throws: { ($0 as? Refusal)?.status == 400 }
    }
}

import Testing

@testable import Configuration

struct EndpointTests {
    @Test(
        arguments: [
            ("127.0.0.1:8474", "127.0.0.1 8474"), ("localhost:0", "localhost 0"), ("[::1]:80", "::1 80"),
            ("LOCALHOST:1", "localhost 1"),
            ("[fe80::1%eth0]:1", nil), ("a:65535", "a 65535"), ("a:65536", nil), ("a:", nil), (":1", nil), ("a", nil),
            ("::1:80", nil),
            ("[::1]", nil), ("[::1", nil), ("[]:1", nil), ("[a]:1", nil), ("a b:1", nil), ("a:+1", nil), ("a:1x", nil),
            ("", nil),
            ("a:99999999999999999999", nil),
        ] as [(String, String?)])
    func addresses(text: String, expected: String?) {
        #expect(Endpoint(text).map { "\($0.host) \($0.port)" } == expected)
    }

    @Test(
        arguments: [
            ("https://api.openai.com/v1", "api.openai.com 443"), ("http://127.0.0.1:9/v1/", "127.0.0.1 9"),
            ("HTTP://[::1]/v1", "::1 80"),
            ("https://host", "host 443"), ("ftp://host/v1", nil), ("host/v1", nil), ("https:///v1", nil),
            ("https://u:p@host/v1", nil),
            ("https://host/v1?k=1", nil), ("https://host/v1#x", nil), ("https://host /v1", nil),
            ("https://host:0/v1", nil),
            ("https://hö.st/v1", nil), ("https://", nil), ("https://host\\@evil/", nil), ("https://host/\n", nil),
        ] as [(String, String?)])
    func urls(text: String, expected: String?) {
        #expect(Endpoint(url: text).map { "\($0.host) \($0.port)" } == expected)
    }
}

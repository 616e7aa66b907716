import HTTP
import JSON
import Support
import Testing

@testable import StandIn

@Suite struct FaultTests {
    @Test(
        arguments: [
            (
                "status=429;retry_after=1;retry_after_ms=20;should_retry=false",
                ["status": 429, "retry_after": "1", "retry_after_ms": 20, "should_retry": false]
            ),
            ("hang", ["hang": true]), ("close", ["close": true]), ("delay_ms=5; html", ["delay_ms": 5, "html": true]),
            ("cut_after_bytes=0;drip_bytes_per_second=10", ["cut_after_bytes": 0, "drip_bytes_per_second": 10]),
            ("content_length_off_by=-3", ["content_length_off_by": -3]),
            ("text=a=b", ["text": "a=b"]), ("{\"text\": \"a;b\"}", ["text": "a;b"]),
            ("status=503;body={\"x\":1}", ["status": 503, "body": ["x": 1]]), ("", [:]),
        ] as [(String, JSONObject)]) func bothSpellingsMeanTheSame(text: String, object: JSONObject) throws
    {
        #expect(try Fault(text) == Fault(object))
    }

    @Test func everyNameIsUnderstood() throws {
        let values: JSONObject = [
            "status": 500, "retry_after": "Fri, 31 Dec 1999 23:59:59 GMT", "body": nil, "refusal": "no",
            "finish_reason": "length", "text": "t",
        ]
        for name in Fault.names {
            let isFlag =
                ["hang", "hold", "close", "html", "event_stream", "empty_choices"].contains(name)
                || ["should_retry", "bad_json", "tool_calls"].contains(name)
            let fault = try Fault([name: values[name] ?? (isFlag ? true : 1)])
            #expect(fault != Fault(), "\(name) does nothing")
        }
    }

    @Test(arguments: [
        ("statsu=500", "did you mean 'status'?"), ("status=99", "from 100 to 599"), ("status", "from 100 to 599"),
        ("hang=1", "true or false"), ("{\"hang\": tru}", "invalid JSON"), ("drip_bytes_per_second=0", "from 1"),
    ]) func mistakesAreExplained(text: String, message: String) {
        let error = #expect(throws: FaultError.self) { try Fault(text) }
        #expect(error?.description.contains(message) == true)
    }

    private static let calls = [
        Call(path: "/v1/chat/completions", purpose: .answer, model: "gpt-5.2", text: "how are you"),
        Call(path: "/v1/chat/completions", purpose: .confirm, model: "gpt-5-mini", text: "{}"),
        Call(path: "/v1/models", purpose: .models),
    ]

    @Test(arguments: [
        ("hang", [true, true, true]), ("hang;model=gpt-5.2", [true, false, false]),
        ("hang;purpose=confirm", [false, true, false]), ("hang;path=/v1/models", [false, false, true]),
        ("hang;text_contains=are", [true, false, false]),
        ("hang;purpose=confirm;model=gpt-5.2", [false, false, false]),
    ]) func rulesMatch(specification: String, expected: [Bool]) throws {
        let rule = try FaultRule(specification: specification)
        #expect(Self.calls.map(rule.match.matches) == expected)
        #expect(rule.fault == (try Fault("hang")))
    }

    @Test func rulesAreCountedDown() throws {
        var book = FaultBook([
            try FaultRule(["match": ["purpose": "answer"], "fault": ["status": 500], "times": 2]),
            try FaultRule(["fault": ["status": 503], "times": nil]),
        ])
        var statuses: [Int?] = []
        for index in [0, 1, 0, 0, 0] { statuses.append(book.take(for: Self.calls[index])?.status) }
        #expect(statuses == [500, 503, 500, 503, 503])
        #expect(book.rules.count == 1)
        book.removeAll()
        let none = book.take(for: Self.calls[0])
        #expect(none == nil)
    }

    @Test(
        arguments: [
            ["fault": ["hang": true], "match": ["modle": "x"]], ["fault": ["hang": true], "time": 1], ["match": [:]],
            ["fault": ["hang": true], "times": 0], ["fault": ["hang": true], "match": ["purpose": "chat"]], [],
        ] as [JSONValue]) func badRulesAreRefused(rule: JSONValue)
    {
        #expect(throws: FaultError.self) { try FaultRule(rule) }
    }
}

@Suite struct TransmissionTests {
    private static let whole = Reply(json: ["key": "value"])
    private static let stream = Reply(events: [Array("data: 1\n\n".utf8), Array("data: [DONE]\n\n".utf8)])

    /// What the steps would put on the wire, each step that is no `send` in brackets.
    private static func wire(_ reply: Reply, _ fault: String = "", delay: Int = 0, keepsAlive: Bool = true) throws
        -> String
    {
        let fault = try Fault(fault)
        var reply = reply
        reply.apply(fault)
        let transmission = Transmission(reply, fault: fault, delayMilliseconds: delay, keepsAlive: keepsAlive)
        return transmission.steps.map { step in
            switch step {
            case .wait(let milliseconds): "[wait \(milliseconds)]"
            case .send(let bytes): String(decoding: bytes, as: UTF8.self)
            case .drip(let bytes, let rate): "[drip \(rate)]" + String(decoding: bytes, as: UTF8.self)
            case .spaces(let count): "[spaces \(count)]"
            case .hold: "[hold]"
            case .hang: "[hang]"
            case .close: "[close]"
            }
        }.joined().replacing("\r\n", with: "|")
    }

    private static let head = "HTTP/1.1 200 OK|Content-Type: application/json|"

    @Test(arguments: [
        ("", head + #"Content-Length: 15|Connection: keep-alive||{"key":"value"}"#),
        ("hang", "[hang]"), ("close", "[close]"), ("hold;close", "[hold][close]"),
        ("delay_ms=7;close", "[wait 7][close]"),
        ("cut_after_bytes=4", head + #"Content-Length: 15|Connection: keep-alive||{"ke[close]"#),
        ("cut_after_bytes=0", head + "Content-Length: 15|Connection: keep-alive||[close]"),
        ("content_length_off_by=2", head + #"Content-Length: 17|Connection: keep-alive||{"key":"value"}[close]"#),
        ("content_length_off_by=-2", head + #"Content-Length: 13|Connection: keep-alive||{"key":"value"}"#),
        ("bad_json", head + #"Content-Length: 7|Connection: keep-alive||{"key":"#),
        ("drip_bytes_per_second=9", "[drip 9]" + head + #"Content-Length: 15|Connection: keep-alive||{"key":"value"}"#),
        ("huge_mb=1", head + #"Content-Length: 1048591|Connection: keep-alive||[spaces 1048576]{"key":"value"}"#),
        (
            "status=429;retry_after=3;body={}",
            "HTTP/1.1 429 Too Many Requests|Content-Type: application/json|Retry-After: 3|Content-Length: 2|"
                + "Connection: keep-alive||{}"
        ),
    ]) func faultsBreakAWholeReply(fault: String, expected: String) throws {
        #expect(try Self.wire(Self.whole, fault) == expected)
    }

    private static let streamHead =
        "HTTP/1.1 200 OK|Content-Type: text/event-stream; charset=utf-8|Cache-Control: no-cache|"
        + "Transfer-Encoding: chunked|Connection: keep-alive||"

    @Test(arguments: [
        ("", "9|data: 1\n\n|e|data: [DONE]\n\n|0||"), ("cut_after_bytes=4", "9|data[close]"),
        ("cut_after_bytes=11", "9|data: 1\n\n|e|da[close]"),
        ("huge_mb=1", "100003|:[spaces 1048576]\n\n|9|data: 1\n\n|e|data: [DONE]\n\n|0||"),
    ]) func faultsBreakAStream(fault: String, expected: String) throws {
        #expect(try Self.wire(Self.stream, fault) == Self.streamHead + expected)
    }

    @Test func aConnectionThatIsNotKeptIsClosed() throws {
        let wire = try Self.wire(Self.whole, delay: 3, keepsAlive: false)
        #expect(wire.hasPrefix("[wait 3]HTTP/1.1 200 OK|"))
        #expect(wire.contains("|Connection: close|"))
        #expect(wire.hasSuffix("[close]"))
    }

    @Test func htmlIsNotJSON() throws {
        let wire = try Self.wire(Self.whole, "html")
        #expect(wire.contains("Content-Type: text/html|") && wire.contains("<html>"))
        #expect(try Self.wire(Self.stream, "html").contains("Content-Length"))
    }
}

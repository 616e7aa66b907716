import Foundation
import HTTP
import HTTPClient
import Support
import Testing

@testable import Models

@Suite struct RetryTests {
    /// 1994-11-06T08:49:37Z
    private static let now = Timestamp(milliseconds: 784_111_777_000)

    struct Case: Sendable {
        var failure: TryFailure
        var tries = 1
        var remaining = 60_000
        var wait: Int?

        init(_ failure: TryFailure, tries: Int = 1, remaining: Int = 60_000, wait: Int?) {
            self.failure = failure
            self.tries = tries
            self.remaining = remaining
            self.wait = wait
        }

        init(_ status: Int, _ headers: Headers = [:], tries: Int = 1, remaining: Int = 60_000, wait: Int?) {
            self.init(
                .response(status: status, headers: headers, body: []), tries: tries, remaining: remaining, wait: wait)
        }

        init(_ kind: HTTPClientError.Kind, hasResponseBegun: Bool = false, wait: Int?) {
            self.init(.transport(HTTPClientError(kind, hasResponseBegun: hasResponseBegun)), wait: wait)
        }
    }

    @Test(
        arguments: [
            Case(408, wait: 500), Case(409, wait: 500), Case(429, wait: 500), Case(500, wait: 500),
            Case(503, wait: 500),
            Case(599, wait: 500), Case(400, wait: nil), Case(401, wait: nil), Case(404, wait: nil),
            Case(302, wait: nil),
            Case(600, wait: nil),
            Case(400, ["X-Should-Retry": "true"], wait: 500), Case(503, ["x-should-retry": "false"], wait: nil),
            Case(503, ["x-should-retry": "perhaps"], wait: 500),
            Case(429, ["Retry-After": "3"], wait: 3_000), Case(429, ["Retry-After": "0"], wait: 0),
            Case(429, ["Retry-After": "0.25"], wait: 250), Case(429, ["Retry-After": "5"], wait: 5_000),
            Case(429, ["Retry-After": "6"], wait: nil), Case(429, ["Retry-After": "99999999999999999999"], wait: nil),
            Case(429, ["Retry-After": "soon"], wait: 500), Case(429, ["Retry-After": "-1"], wait: 500),
            Case(429, ["Retry-After": "inf"], wait: 500), Case(429, ["Retry-After": ""], wait: 500),
            Case(429, ["Retry-After": "Sun, 06 Nov 1994 08:49:40 GMT"], wait: 3_000),
            Case(429, ["Retry-After": "Sun, 06 Nov 1994 08:59:40 GMT"], wait: nil),
            Case(429, ["Retry-After": "Sun, 06 Nov 1994 08:49:30 GMT"], wait: 500),
            Case(429, ["retry-after-ms": "20", "Retry-After": "60"], wait: 20),
            Case(429, ["retry-after-ms": "x", "Retry-After": "2"], wait: 2_000),
            Case(429, ["retry-after-ms": "5001"], wait: nil),
            Case(400, ["Retry-After": "1"], wait: nil),
            Case(429, tries: 2, wait: 1_000), Case(429, tries: 3, wait: nil), Case(429, tries: 4, wait: nil),
            Case(429, remaining: 500, wait: nil), Case(429, remaining: 501, wait: 500),
            Case(429, ["Retry-After": "2"], remaining: 1_000, wait: nil), Case(429, remaining: -5, wait: nil),
            Case(.cannotConnect, wait: 500), Case(.cut, wait: 500), Case(.cut, hasResponseBegun: true, wait: nil),
            Case(.timedOut, wait: nil), Case(.tls, wait: nil), Case(.tooLarge, hasResponseBegun: true, wait: nil),
            Case(.cancelled, wait: nil), Case(.invalidURL, wait: nil), Case(.invalidHeader, wait: nil),
            Case(.closed, wait: nil), Case(.other, wait: nil),
        ])
    func decides(_ test: Case) {
        let policy = RetryPolicy(triesMax: 3, waitSecondsMax: 5)
        let decision = policy.decide(
            test.failure, tries: test.tries, remainingMilliseconds: test.remaining, now: RetryTests.now, random: 0)
        #expect(decision == test.wait.map { .retry(afterMilliseconds: $0) } ?? .giveUp)
    }

    @Test func chanceShortensTheWaitByUpToAQuarter() {
        let policy = RetryPolicy(triesMax: 100, waitSecondsMax: 5)
        let failure = TryFailure.transport(HTTPClientError(.cannotConnect))
        for tries in 1..<100 {
            for random in [0, 0.1, 0.5, 0.999_999] {
                let decision = policy.decide(
                    failure, tries: tries, remainingMilliseconds: .max, now: RetryTests.now, random: random)
                guard case .retry(let wait) = decision else {
                    Issue.record("gave up")
                    continue
                }
                let whole = min(5_000, 500 * (1 << min(tries - 1, 10)))
                #expect((whole * 3 / 4...whole).contains(wait))
                #expect(random == 0 || wait < whole)
            }
        }
    }

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Fri, 01 Mar 1968 00:00:00 GMT", -57_974_400),
            ("Tuesday, 01-Mar-44 00:00:00 GMT", 2_340_403_200), ("Friday, 01-Mar-46 00:00:00 GMT", -752_284_800),
            ("Sun, 06 Nov 1994 08:49:37", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
            ("Sun, 32 Nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Now 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 24:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 08:49 GMT", nil),
            ("", nil), ("GMT GMT GMT GMT GMT GMT", nil), ("Sun, 06 Nov 99999 08:49:37 GMT", nil),
        ])
    func readsDates(_ text: String, _ seconds: Int64?) {
        #expect(parseHTTPDate(text, now: RetryTests.now)?.seconds == seconds)
    }

    @Test func readsEveryDateThatFoundationWrites() {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        var seconds: Int64 = 0
        while seconds < 4_102_444_800 {
            let text = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
            #expect(parseHTTPDate(text, now: RetryTests.now)?.seconds == seconds)
            seconds += 86_400 * 13 + 3_607
        }
    }
}

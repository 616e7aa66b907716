import Testing

@testable import Support

@Suite struct LogThrottleTests {
    @Test func saysOneLineASecondAndHowManyItLeftOut() {
        let throttle = LogThrottle()
        let times: [(Int64, String?)] = [
            (1_000, "a"), (1_001, nil), (1_999, nil), (2_000, "a (and 2 more like it)"), (3_000, "a"), (500, "a"),
        ]
        for (milliseconds, line) in times {
            #expect(throttle.line("a", now: Timestamp(milliseconds: milliseconds)) == line)
        }
    }
}

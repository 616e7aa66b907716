import HTTP
import Support
import Testing

@testable import API

@Suite struct RateLimiterTests {
    private static func time(_ seconds: Double) -> Timestamp { Timestamp(milliseconds: Int64(seconds * 1_000)) }

    @Test func aTenantHasAMinutesRequestsAndNoOthers() {
        let limiter = RateLimiter(perMinute: 6)
        for _ in 0..<6 { #expect(limiter.secondsToWait("a", now: Self.time(100)) == nil) }
        #expect(limiter.secondsToWait("a", now: Self.time(100)) == 10)
        #expect(limiter.secondsToWait("b", now: Self.time(100)) == nil)
        #expect(limiter.secondsToWait("a", now: Self.time(104)) == 6)
        #expect(limiter.secondsToWait("a", now: Self.time(110)) == nil)
        #expect(limiter.secondsToWait("a", now: Self.time(50)) == 10, "a clock set back fills nothing")
        for _ in 0..<6 { #expect(limiter.secondsToWait("a", now: Self.time(1_000)) == nil) }
        #expect(limiter.secondsToWait("a", now: Self.time(1_000)) != nil, "no more than a minute's")
    }

    @Test func lookingTakesNothing() {
        let limiter = RateLimiter(perMinute: 1)
        for _ in 0..<3 { #expect(limiter.secondsToWait("a", takes: false, now: Self.time(0)) == nil) }
        #expect(limiter.secondsToWait("a", now: Self.time(0)) == nil)
        #expect(limiter.secondsToWait("a", takes: false, now: Self.time(0)) == 60)
    }

    @Test func whoAsksTooOftenIsToldWhenToComeBack() async throws {
        try await withBench(rateLimiter: RateLimiter(perMinute: 3)) { bench in
            try await bench.add("Who is it?", "Ann.")
            let body = Array(#"{"question":"Who is it?"}"#.utf8)
            let request = Request("POST", "/cache/lookup", body: body)
            // One way or the other, a request counts once.
            #expect(bench.api.respondImmediately(to: request)?.response?.status == 200)
            #expect(await bench.lookup("Who is it?").outcome == "exact")
            #expect(bench.api.respondImmediately(to: request) == nil)
            let refused = await bench.lookup("Who is it?")
            #expect(refused.status == 429 && refused.code == "rate_limit_exceeded")
            #expect(refused.headers["Retry-After"] == "20")
            #expect(await bench.send("GET", "/healthz").status == 200)
            bench.pass(seconds: 20)
            #expect(await bench.lookup("Who is it?").outcome == "exact")
        }
    }
}

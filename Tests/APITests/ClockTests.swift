import HTTP
import JSON
import Support
import Testing

@testable import API

/// A clock that jumps a year, as one does that was never set, or set wrongly.
@Suite struct ClockTests {
    private static let year: Int64 = 365 * 86_400

    @Test(arguments: [year, -year]) func nothingBreaks(jump: Int64) async throws {
        try await withBench(rateLimiter: RateLimiter(perMinute: 30)) { bench in
            let kept = try await bench.add("Is it open?", "Yes.")
            try await bench.add("Is it raining?", "No.", ["ttl_seconds": 3_600])
            #expect(await bench.lookup("Is it open?").outcome == "exact")
            bench.pass(seconds: jump)
            let reply = await bench.lookup("Is it open?")
            #expect(reply.outcome == "exact" && reply.json["answer"] == "Yes.")
            // An answer from the future is new, not of a negative age.
            let age = try #require(reply.headers["Age"].flatMap { Int64($0) })
            #expect(age == max(0, jump))
            #expect(await bench.lookup("Is it raining?").outcome == (jump > 0 ? "miss" : "exact"))
            // What only looks new is still asked of, judged, changed and stored.
            try await bench.add("Is it late?", "It is.")
            #expect(await bench.lookup("Is it late?").outcome == "exact")
            #expect(
                await bench.send("POST", "/cache/feedback", body: #"{"entry":\#(kept),"verdict":"good"}"#).status == 200
            )
            for path in ["/report", "/cache/stats", "/metrics", "/cache/answers", "/cache/entries", "/readyz"] {
                #expect(await bench.send("GET", path).status == 200, "\(path)")
            }
            #expect(await bench.send("DELETE", "/cache/entries/\(kept)").status == 200)
            // Who has asked too often may ask again a minute later, whatever the year.
            for _ in 0..<40 { _ = await bench.lookup("Is it late?") }
            #expect(await bench.lookup("Is it late?").status == 429)
            bench.pass(seconds: -jump)
            _ = await bench.lookup("Is it late?")
            bench.pass(seconds: 61)
            #expect(await bench.lookup("Is it late?").status == 200)
        }
    }
}

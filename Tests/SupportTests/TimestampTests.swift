import Foundation
import Testing

@testable import Support

@Suite struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (-86_400_000, "1969-12-31T00:00:00.000Z"),
            (999, "1970-01-01T00:00:00.999Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_709_164_800_007, "2024-02-29T00:00:00.007Z"), (1_740_787_200_000, "2025-03-01T00:00:00.000Z"),
            (1_769_860_800_000, "2026-01-31T12:00:00.000Z"), (2_147_483_648_000, "2038-01-19T03:14:08.000Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59.000Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (253_402_300_800_000, "10000-01-01T00:00:00.000Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
            (-62_167_219_200_001, "-0001-12-31T23:59:59.999Z"), (.max, "292278994-08-17T07:12:55.807Z"),
            (.min, "-292275055-05-16T16:47:04.192Z"),
        ] as [(Int64, String)])
    func isWrittenAsRFC3339(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).rfc3339 == text)
    }

    /// Foundation's own formatter over the years in which both calendars are the Gregorian one.
    @Test func agreesWithFoundation() {
        let formatter = ISO8601DateFormatter()
        var random = SplitMix64(seed: 1)
        for _ in 0..<5_000 {
            let seconds = Int64.random(in: -12_000_000_000..<253_402_300_800, using: &random)
            let fraction = Int64.random(in: 0..<1_000, using: &random)
            let expected = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
            let text = Timestamp(milliseconds: seconds * 1_000 + fraction).rfc3339
            #expect(text == expected.dropLast() + String(format: ".%03dZ", Int(fraction)))
        }
    }

    /// Within the years of four digits the texts sort as the moments do.
    @Test func textsSortAsMoments() {
        var random = SplitMix64(seed: 2)
        let moments = (0..<1_000).map { _ in
            Timestamp(milliseconds: .random(in: 0..<253_402_300_800_000, using: &random))
        }
        #expect(moments.sorted().map(\.rfc3339) == moments.map(\.rfc3339).sorted())
    }

    @Test(arguments: [(0, 0), (999, 0), (1_000, 1), (-1, -1), (-1_000, -1), (-1_001, -2)] as [(Int64, Int64)])
    func secondsAreThoseThatHaveBegun(milliseconds: Int64, seconds: Int64) {
        #expect(Timestamp(milliseconds: milliseconds).seconds == seconds)
    }

    @Test(
        arguments: [
            (5, 2, 2_005), (5, -2, -1_995), (0, .max, .max), (0, .min, .min), (.max, 1, .max), (.min, -1, .min),
            (.max, 0, .max), (.max - 1_000, 1, .max),
        ] as [(Int64, Int64, Int64)])
    func addingStopsAtTheLastMoment(milliseconds: Int64, seconds: Int64, sum: Int64) {
        #expect((Timestamp(milliseconds: milliseconds) + seconds).milliseconds == sum)
    }

    @Test func theClockIsTheSystemsOrATests() {
        let before = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000) - 1)
        #expect(WallClock.system.now >= before)
        #expect(WallClock { Timestamp(milliseconds: 7) }.now == Timestamp(milliseconds: 7))
    }
}

import Support
import Testing

@Suite struct RecentlyUsedTests {
    @Test func keepsWhatIsAskedForAndBoundsTheRest() {
        let values = RecentlyUsed<Int, String>(bytesMax: 20)
        for key in 0..<1_000 {
            values.keep("value \(key)", for: key, bytes: 1)
            // Asked for in every generation, so that it stays.
            #expect(values[0] == "value 0")
        }
        let kept = (0..<1_000).filter { values[$0] != nil }
        #expect(kept.first == 0 && kept.last == 999)
        #expect((10...21).contains(kept.count), "\(kept)")
    }

    @Test func aLaterValueTakesThePlaceOfAnEarlierOne() {
        let values = RecentlyUsed<String, Int>(bytesMax: 100)
        values.keep(1, for: "key", bytes: 90)
        values.keep(2, for: "key", bytes: 10)
        values.keep(3, for: "other", bytes: 30)
        #expect(values["key"] == 2 && values["other"] == 3 && values["none"] == nil)
    }
}

import Testing

@testable import Support

@Suite struct ChecksumTests {
    private func sum(_ fields: [[UInt8]]) -> Int64 {
        var checksum = Checksum()
        for field in fields { checksum.add(field) }
        return checksum.value
    }

    /// The sums are stored: they may never change. The first is XXH3's published one of no data.
    @Test func isWhatStoredRowsHave() {
        var mixed = Checksum()
        mixed.add("é")
        mixed.add(Int64(-1))
        mixed.add("")
        #expect(sum([]) == 0x2D06_8005_38D3_94C2)
        #expect(sum([Array("abc".utf8)]) == 0x7EF7_C2A8_3CF8_364E)
        #expect(mixed.value == 0x3574_A91D_DE02_C4FE)
    }

    @Test func fieldsAreNotInterchangeable() {
        let sums = [
            [], [[]], [[], []], [[1]], [[1, 2]], [[2, 1]], [[1], [2]], [[2], [1]], [[], [1, 2]], [[1, 2], []],
            [[1], [], [2]],
            [[0]], [[0, 0]], [[0], [0]], [[1, 0, 0, 0, 0, 0, 0, 0, 2]],
        ].map { sum($0) }
        #expect(Set(sums).count == sums.count)
    }

    @Test func aTextIsItsUTF8AndAnIntegerItsBytes() {
        var texts = Checksum()
        texts.add("aé")
        texts.add(Int64(258))
        #expect(texts.value == sum([[0x61, 0xC3, 0xA9], [2, 1, 0, 0, 0, 0, 0, 0]]))
    }

    @Test func everyFlippedBitAndMovedByteIsFound() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<30 {
            let fields = (0..<3).map { _ in
                (0..<Int.random(in: 1..<40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            let whole = sum(fields)
            for field in fields.indices {
                for bit in 0..<fields[field].count * 8 {
                    var flipped = fields
                    flipped[field][bit / 8] ^= 1 << (bit % 8)
                    #expect(sum(flipped) != whole)
                }
            }
            var moved = fields
            moved[1].insert(moved[0].removeLast(), at: 0)
            #expect(sum(moved) != whole)
        }
    }

    @Test func theValueCanBeAskedBetweenFields() {
        var checksum = Checksum()
        checksum.add("a")
        let first = checksum.value
        #expect(checksum.value == first)
        checksum.add("b")
        #expect(checksum.value == sum([[0x61], [0x62]]))
    }
}

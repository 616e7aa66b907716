import Testing

@testable import Embedding

@Suite struct WeightMemoryTests {
    @Test func partsAreZeroAlignedAndApart() {
        var memory = WeightMemory()
        let counts = [1, 15, 16, 17, 1_000, 1]
        let parts = counts.map { memory.take(bytes: 4 * $0) }
        for (number, (part, count)) in zip(parts, counts).enumerated() {
            #expect(Int(bitPattern: unsafe part.floats) % 64 == 0)
            for index in 0..<count {
                #expect(unsafe part.floats[index] == 0)
                unsafe part.floats[index] = Float(number + 1)
            }
        }
        for (number, (part, count)) in zip(parts, counts).enumerated() {
            for index in 0..<count { #expect(unsafe part.floats[index] == Float(number + 1)) }
        }
    }

    @Test func aPartOutlivesTheMemoryAndHasRoomForMoreThanAMapping() {
        let mapping = 64 << 20
        let (small, large) = {
            var memory = WeightMemory()
            let small = memory.take(bytes: 4 * 16)
            return (small, memory.take(bytes: 4 * (mapping / 4 + 1)))
        }()
        unsafe small.floats[15] = 1
        unsafe large.floats[mapping / 4] = 2
        #expect(unsafe small.floats[15] == 1)
        #expect(unsafe large.floats[mapping / 4] == 2)
    }
}

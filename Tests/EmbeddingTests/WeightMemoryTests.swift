import Testing

@testable import Embedding

@Suite struct WeightMemoryTests {
    @Test func partsAreZeroAlignedAndApart() {
        var memory = WeightMemory()
        let counts = [1, 15, 16, 17, 1_000, 1]
        let parts = counts.map { memory.take(floats: $0) }
        for (number, (part, count)) in zip(parts, counts).enumerated() {
            #expect(Int(bitPattern: unsafe part.start) % 64 == 0)
            for index in 0..<count {
                #expect(unsafe part.start[index] == 0)
                unsafe part.start[index] = Float(number + 1)
            }
        }
        for (number, (part, count)) in zip(parts, counts).enumerated() {
            for index in 0..<count { #expect(unsafe part.start[index] == Float(number + 1)) }
        }
    }

    @Test func aPartOutlivesTheMemoryAndHasRoomForMoreThanAMapping() {
        let mapping = 64 << 20
        let (small, large) = {
            var memory = WeightMemory()
            let small = memory.take(floats: 16)
            return (small, memory.take(floats: mapping / 4 + 1))
        }()
        unsafe small.start[15] = 1
        unsafe large.start[mapping / 4] = 2
        #expect(unsafe small.start[15] == 1)
        #expect(unsafe large.start[mapping / 4] == 2)
    }
}

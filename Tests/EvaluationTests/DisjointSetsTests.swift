import Testing

@testable import Evaluation

@Suite struct DisjointSetsTests {
    @Test(arguments: 0..<20 as Range<UInt64>) func mergersAgreeWithRelabelling(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count = 1 + generator.below(40)
        var sets = DisjointSets()
        for _ in 0..<count { sets.add() }
        var labels = Array(0..<count)
        for _ in 0..<generator.below(60) {
            let (first, second) = (generator.below(count), generator.below(count))
            sets.merge(first, second)
            let (old, new) = (labels[second], labels[first])
            labels = labels.map { $0 == old ? new : $0 }
        }
        let numbers = sets.numbers()
        for first in 0..<count {
            for second in 0..<count {
                #expect((numbers[first] == numbers[second]) == (labels[first] == labels[second]))
            }
        }
        // Numbered in the order of first appearance, without gaps.
        var highest = -1
        for number in numbers {
            #expect(number <= highest + 1)
            highest = max(highest, number)
        }
    }
}

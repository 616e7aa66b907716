import Support
import Synchronization
import Testing

@testable import Search

@Suite struct ConcurrencyTests {
    /// Rows that stay are found by every search, whatever moves around them, and never twice.
    @Test(.timeLimit(.minutes(5)))
    func searchesGoOnWhileRowsComeAndGoAndGenerationsSpread() async {
        let dimension = 48
        var random = SplitMix64(seed: 7)
        let index = VectorIndex(dimension: dimension, fitting: .onDemand)
        let fixed = Structure.clustered.vectors(40, dimension, using: &random)
        let others = Structure.clustered.vectors(2_600, dimension, using: &random)
        // Fixed rows all over the index: removals move some of them down.
        for (id, vector) in others.enumerated() {
            index.add(Int64(id), vector)
            if id % 65 == 0 { index.add(-1 - Int64(id / 65), fixed[id / 65]) }
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 0..<3 {
                    for id in others.indices { index.remove(Int64(id)) }
                    for id in others.indices { index.add(Int64(id), others[(id + round) % 2_600]) }
                }
                for id in others.indices { index.remove(Int64(id)) }
            }
            group.addTask {
                for _ in 0..<12 { index.fit() }
            }
            for _ in 0..<2 {
                group.addTask {
                    for search in 0..<600 {
                        let sought = search % 40
                        let found = index.search(fixed[sought], floor: 0.9999, limit: 20)
                        #expect(found.contains { $0.id == Int64(-1 - sought) })
                        #expect(Set(found.map(\.id)).count == found.count)
                    }
                }
            }
        }
        #expect(index.count == 40)
        index.checkInvariants()
    }

    /// Searches at once, of several floors and limits, get each its own answer, while rows come and go.
    @Test(.timeLimit(.minutes(5))) func searchesOfOnePassKeepApart() async {
        var random = SplitMix64(seed: 3)
        let index = VectorIndex(dimension: 32, fitting: .onDemand)
        let vectors = Structure.clustered.vectors(5_000, 32, using: &random)
        for (id, vector) in vectors.enumerated() { index.add(Int64(id), vector) }
        index.fit()
        let others = Structure.clustered.vectors(300, 32, using: &random).map { $0.map { -$0 } }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for (id, vector) in others.enumerated() { index.add(Int64(10_000 + id), vector) }
                for id in others.indices { index.remove(Int64(10_000 + id)) }
            }
            for number in 0..<400 {
                let query = vectors[number * 7]
                let (floor, limit) = ([0.6, 0.9, 0.999] as [Float], [1, 10, 32])
                group.addTask {
                    let (floor, limit) = (floor[number % 3], limit[number / 3 % 3])
                    let found = await index.searchInPass(query, floor: floor, limit: limit)
                    let alone = index.search(query, floor: floor, limit: limit)
                    #expect(found.filter { $0.id < 10_000 } == alone.filter { $0.id < 10_000 })
                    #expect(found.first?.id == Int64(number * 7))
                }
            }
        }
    }

    /// The index fits itself, once there are rows enough, on a thread of its own.
    /// While rows are loaded no generation is fitted, from several threads or one; then one is.
    @Test(.timeLimit(.minutes(5)))
    func aLoadedIndexIsFittedOnceAllIsThere() async throws {
        let index = VectorIndex(dimension: 32)
        var random = SplitMix64(seed: 5)
        let vectors = Structure.clustered.vectors(20_000, 32, using: &random)
        await withTaskGroup(of: Void.self) { group in
            for part in 0..<4 {
                group.addTask {
                    for first in stride(from: part * 5_000, to: (part + 1) * 5_000, by: 250) {
                        index.load(vectors, first..<first + 250)
                    }
                }
            }
        }
        #expect(index.count == 20_000)
        #expect(!index.hasSettled)
        index.endLoading()
        while !index.hasSettled { await Task.yield() }
        index.checkInvariants()
        for id in [0, 9_999, 19_999] {
            #expect(index.search(vectors[id], floor: 0.999, limit: 100).contains { $0.id == Int64(id) })
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func aGrowingIndexFitsItselfInTheBackground() async throws {
        var random = SplitMix64(seed: 8)
        let index = VectorIndex(dimension: 32)
        for id in 0..<Int64(Fitting.rowsMin - 1) { index.add(id, unitVector(32, using: &random)) }
        #expect(index.directory.withLock { $0.sieve == nil })
        let last = unitVector(32, using: &random)
        index.add(-1, last)
        while !index.directory.withLock({ $0.sieve != nil && !$0.isFitting }) {
            try await Task.sleep(for: .milliseconds(5))
        }
        index.checkInvariants()
        #expect(index.search(last, floor: 0.999, limit: 1).first?.id == -1)
    }
}

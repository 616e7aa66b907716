import Search
import Store
import Support
import Testing

@testable import Cache

@Suite struct ScopeIndexesTests {
    /// A scope that is searched in passes says the same as one that is searched at once.
    @Test func aLargeScopeIsSearchedAsASmallOne() async {
        let dimension = 32
        var random = SplitMix64(seed: 4)
        let scope = ScopeID(rawValue: 1)
        let indexes = ScopeIndexes(dimension: dimension)
        func vector() -> [Float] {
            let numbers = (0..<dimension).map { _ in Float.random(in: -1...1, using: &random) }
            let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return numbers.map { $0 / length }
        }
        let count = Limits.rowsSearchedImmediatelyMax + 1
        let vectors = (0..<count).map { _ in vector() }
        let rows = vectors.flatMap(\.self)
        indexes.indexToLoad(of: scope).load(Array(1...Int64(count)), rows.span)
        indexes.endLoading()
        let fiftieth = vectors[50]
        indexes.add(AliasVectorID(rawValue: 7), of: EntryID(rawValue: 3), in: scope, fiftieth.span)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let query = vectors[number]
                    let found = await indexes.search(scope, query, floor: 0.6)
                    let alone = indexes.search(scope, query.span, floor: 0.6)
                    #expect(found.map(\.entry) == alone.map(\.entry))
                    #expect(found.map(\.similarity) == alone.map(\.similarity))
                    #expect(found.contains { $0.entry.rawValue == Int64(number + 1) && $0.alias == nil })
                    #expect(found.contains { $0.alias?.rawValue == 7 } == (number == 50))
                }
            }
        }
        #expect(await indexes.search(ScopeID(rawValue: 2), vectors[0], floor: 0).isEmpty)
    }
}

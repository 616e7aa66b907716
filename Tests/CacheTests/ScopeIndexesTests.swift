import Glibc
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
                    let found = await indexes.search(scope, query, floor: 0.6).wordings
                    let alone = indexes.search(scope, query.span, floor: 0.6).wordings
                    #expect(found.map(\.entry) == alone.map(\.entry))
                    // A row that is scored with its block is rounded otherwise than one that the sieve let pass.
                    #expect(zip(found, alone).allSatisfy { abs($0.similarity - $1.similarity) < 1e-6 })
                    #expect(found.contains { $0.entry.rawValue == Int64(number + 1) && $0.alias == nil })
                    #expect(found.contains { $0.alias?.rawValue == 7 } == (number == 50))
                }
            }
        }
        #expect(await indexes.search(ScopeID(rawValue: 2), vectors[0], floor: 0).wordings.isEmpty)
    }

    /// Where each wording is another entry's, a search may stop at those that are judged, and says that it did.
    @Test func aSearchWithoutAliasesStopsSooner() {
        let scope = ScopeID(rawValue: 1)
        let indexes = ScopeIndexes(dimension: 2)
        let query: [Float] = [1, 0]
        func vector(_ number: Int64) -> [Float] {
            let angle = Float(number) / 100
            return [cos(angle), sin(angle)]
        }
        let judged = Limits.candidatesJudgedMax
        for number in 1...Int64(judged) {
            let found = indexes.search(scope, query.span, floor: 0.5)
            #expect(!found.isCut && found.wordings.count == Int(number) - 1)
            indexes.add(EntryID(rawValue: number), in: scope, vector(number).span)
        }
        for number in Int64(judged) + 1...40 {
            indexes.add(EntryID(rawValue: number), in: scope, vector(number).span)
            let found = indexes.search(scope, query.span, floor: 0.5)
            #expect(found.isCut && found.wordings.map(\.entry.rawValue) == Array(1...Int64(judged)))
        }
        let all = indexes.searchAll(scope, query.span, floor: 0.5)
        #expect(all.map(\.entry.rawValue) == Array(1...Int64(Limits.wordingsPerSearchMax)))
        let alias = vector(20)
        indexes.add(AliasVectorID(rawValue: 1), of: EntryID(rawValue: 39), in: scope, alias.span)
        let found = indexes.search(scope, query.span, floor: 0.5)
        #expect(!found.isCut && found.wordings.count == Limits.wordingsPerSearchMax)
        #expect(found.wordings.contains { $0.alias != nil })
        indexes.remove([AliasVectorID(rawValue: 1)], of: EntryID(rawValue: 39), from: scope)
        #expect(indexes.search(scope, query.span, floor: 0.5).isCut)
    }
}

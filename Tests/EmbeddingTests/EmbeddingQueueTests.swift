import Support
import Synchronization
import Testing

@testable import Embedding

@Suite struct EmbeddingQueueTests {
    /// The outcomes of calls in the order in which they came; nil stands for a cancellation.
    private final class Outcomes: Sendable {
        private let list = Mutex<[(call: Int, vectors: [[Float]]?)]>([])

        func reply(_ call: Int) -> EmbeddingQueue.Reply {
            { result in self.list.withLock { $0.append((call, try? result.get())) } }
        }

        var all: [(call: Int, vectors: [[Float]]?)] { list.withLock { $0 } }
    }

    private func texts(_ count: Int) -> [String] { (0..<count).map { "text \($0)" } }

    @Test func aLoneTextIsTakenAtOnce() throws {
        var queue = EmbeddingQueue(workers: 4)
        let outcomes = Outcomes()
        try queue.add(["a"], of: 1, reply: outcomes.reply(1))
        let batch = queue.take()
        #expect(batch == [EmbeddingQueue.Item(call: 1, index: 0, text: "a")])
        #expect(queue.take().isEmpty)
        for reply in queue.finish(batch, [[1]]) { reply() }
        #expect(outcomes.all.map(\.call) == [1])
        #expect(outcomes.all[0].vectors == [[1]])
    }

    @Test(arguments: [
        (1, 1, [1]), (1, 64, [64]), (1, 65, [64, 1]), (2, 2, [1, 1]), (2, 3, [2, 1]), (2, 300, [64, 64, 64, 54, 27]),
    ])
    func batchesAreSharesOfWhatWaits(_ workers: Int, _ count: Int, _ sizes: [Int]) throws {
        var queue = EmbeddingQueue(workers: workers)
        try queue.add(texts(count), of: 1) { _ in }
        for size in sizes { #expect(queue.take().count == size) }
    }

    @Test func longTextsMakeSmallBatches() throws {
        var queue = EmbeddingQueue(workers: 1)
        let long = String(repeating: "word ", count: 1_000)
        try queue.add([long, long, long, "short", long, "short", "short"], of: 1) { _ in }
        #expect(queue.take().map(\.index) == [0, 1])
        #expect(queue.take().map(\.index) == [2, 3])
        #expect(queue.take().map(\.index) == [4, 5, 6])
        #expect(queue.take().isEmpty)
    }

    @Test func questionsGoBeforeImportsButNotForEver() throws {
        var queue = EmbeddingQueue(workers: 1)
        try queue.add(texts(200), of: 1) { _ in }
        #expect(queue.take().map(\.call) == [Int](repeating: 1, count: 64))
        try queue.add(["a"], of: 2) { _ in }
        try queue.add(["b"], of: 3) { _ in }
        #expect(queue.take().map(\.call) == [2, 3])
        for call in 4..<4 + Limits.embeddingPassesAheadMax {
            try queue.add(["c"], of: call) { _ in }
            if call < 3 + Limits.embeddingPassesAheadMax { #expect(queue.take().map(\.call) == [call]) }
        }
        #expect(queue.take().map(\.call) == [Int](repeating: 1, count: 64))
        #expect(queue.take().map(\.call) == [3 + Limits.embeddingPassesAheadMax])
        #expect(queue.take().map(\.call) == [Int](repeating: 1, count: 64))
    }

    @Test func theQueueIsBoundedAndARefusedCallLeavesNothing() throws {
        var queue = EmbeddingQueue(workers: 1)
        let limit = Limits.embeddingQueueTextsMax
        try queue.add(texts(limit - 1), of: 1) { _ in }
        let error = #expect(throws: EmbeddingError.self) { try queue.add(["a", "b"], of: 2) { _ in } }
        #expect(error?.kind == .busy)
        #expect(queue.waiting == limit - 1)
        try queue.add(["a"], of: 3) { _ in }
        #expect(throws: EmbeddingError.self) { try queue.add(["a"], of: 4) { _ in } }
        #expect(queue.take().count + queue.take().count == 65)
        try queue.add(texts(65), of: 5) { _ in }
        #expect(queue.waiting == limit)
    }

    @Test func aCancelledCallIsAnsweredOnceAndItsWorkDropped() throws {
        var queue = EmbeddingQueue(workers: 1)
        let outcomes = Outcomes()
        try queue.add(texts(65), of: 1, reply: outcomes.reply(1))
        let batch = queue.take()
        try queue.add(["z"], of: 2, reply: outcomes.reply(2))
        queue.cancel(1)?()
        #expect(queue.cancel(1) == nil)
        #expect(queue.waiting == 1)
        #expect(queue.finish(batch, batch.map { _ in [0] }).isEmpty)
        let rest = queue.take()
        #expect(rest.map(\.text) == ["z"])
        for reply in queue.finish(rest, [[2]]) { reply() }
        #expect(outcomes.all.map(\.call) == [1, 2])
        #expect(outcomes.all[0].vectors == nil)
    }

    /// Random histories: each call is answered exactly once, with its own vectors in order unless cancelled.
    @Test(arguments: 0..<20)
    func everyCallIsAnsweredOnceWhateverTheOrder(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var queue = EmbeddingQueue(workers: 1 + Int(seed % 3))
        let outcomes = Outcomes()
        var sizes: [Int: Int] = [:]
        var cancelled: Set<Int> = []
        var running: [[EmbeddingQueue.Item]] = []
        func finish() {
            guard let index = running.indices.randomElement(using: &random) else { return }
            let batch = running.remove(at: index)
            for reply in queue.finish(batch, batch.map { [Float($0.call), Float($0.index)] }) { reply() }
        }
        for call in 0..<300 {
            let size = Int.random(in: 1...90, using: &random)
            if (try? queue.add(texts(size), of: call, reply: outcomes.reply(call))) != nil { sizes[call] = size }
            if Int.random(in: 0..<4, using: &random) == 0 {
                let victim = Int.random(in: 0...call, using: &random)
                if let reply = queue.cancel(victim) {
                    reply()
                    cancelled.insert(victim)
                }
            }
            if Bool.random(using: &random) { running.append(queue.take()) }
            if Bool.random(using: &random) { finish() }
        }
        while queue.waiting > 0 { running.append(queue.take()) }
        while !running.isEmpty { finish() }
        let all = outcomes.all
        #expect(all.map(\.call).sorted() == sizes.keys.sorted())
        for (call, vectors) in all {
            let expected = (0..<sizes[call]!).map { [Float(call), Float($0)] }
            #expect(vectors == (cancelled.contains(call) ? nil : expected))
        }
    }
}

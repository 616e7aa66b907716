import Support

/// The texts that wait for a worker and the calls they belong to: a state machine without lock, thread or clock.
struct EmbeddingQueue {
    /// A call's number, chosen by the caller, never twice.
    typealias CallID = Int
    typealias Reply = @Sendable (Result<[[Float]], any Error>) -> Void

    struct Item: Sendable, Equatable {
        let call: CallID
        /// The text's place in its call.
        let index: Int
        let text: String

        /// About how many tokens the text has: an English token takes four bytes.
        fileprivate var tokens: Int { min(text.utf8.count / 4 + 2, Limits.tokensPerTextMax) }
    }

    private struct Call {
        var vectors: [[Float]]
        var missing: Int
        let reply: Reply
    }

    private let workers: Int
    private var calls: [CallID: Call] = [:]
    /// The items before `first` are taken already.
    private var items: [Item] = []
    private var first = 0

    /// - Parameter workers: among how many the waiting texts are shared out.
    init(workers: Int) {
        self.workers = workers
    }

    var waiting: Int { items.count - first }

    /// Lets the texts of a call wait.
    ///
    /// - Throws: when they would be more than `Limits.embeddingQueueTextsMax`; then none of them waits.
    mutating func add(_ texts: [String], of call: CallID, reply: @escaping Reply) throws(EmbeddingError) {
        precondition(!texts.isEmpty && calls[call] == nil, "a new call with at least one text")
        let limit = Limits.embeddingQueueTextsMax
        guard waiting + texts.count <= limit else {
            throw .busy(waiting: waiting, added: texts.count, limit: limit)
        }
        calls[call] = Call(
            vectors: [[Float]](repeating: [], count: texts.count), missing: texts.count, reply: reply)
        for (index, text) in texts.enumerated() { items.append(Item(call: call, index: index, text: text)) }
    }

    /// The next batch, empty when none waits.
    ///
    /// It has at most a worker's share, so that a large call keeps all of them busy, and about one pass of the model,
    /// so that a short text behind long ones does not wait for many of them.
    mutating func take() -> [Item] {
        let share = min((waiting + workers - 1) / workers, Limits.textsPerBatchMax)
        var end = first
        var tokens = 0
        while end < first + share, end == first || tokens + items[end].tokens <= Limits.tokensPerPassMax {
            tokens += items[end].tokens
            end += 1
        }
        let batch = Array(items[first..<end])
        first = end
        if first == items.count {
            items.removeAll(keepingCapacity: true)
            first = 0
        } else if first >= Limits.embeddingQueueTextsMax {
            items.removeFirst(first)
            first = 0
        }
        return batch
    }

    /// Hands in a batch's vectors.
    ///
    /// - Returns: what to do once no lock is held any more, for the calls that are complete now.
    mutating func finish(_ batch: [Item], _ vectors: [[Float]]) -> [@Sendable () -> Void] {
        precondition(batch.count == vectors.count, "one vector an item")
        var replies: [@Sendable () -> Void] = []
        for (item, vector) in zip(batch, vectors) {
            guard calls[item.call] != nil else { continue }
            calls[item.call]!.vectors[item.index] = vector
            calls[item.call]!.missing -= 1
            if calls[item.call]!.missing == 0, let call = calls.removeValue(forKey: item.call) {
                replies.append { call.reply(.success(call.vectors)) }
            }
        }
        return replies
    }

    /// Forgets a call and its waiting texts; what a worker already has of it is dropped when it comes.
    ///
    /// - Returns: what to do once no lock is held any more; nil when there is no such call (any more).
    mutating func cancel(_ call: CallID) -> (@Sendable () -> Void)? {
        guard let cancelled = calls.removeValue(forKey: call) else { return nil }
        items.removeFirst(first)
        first = 0
        items.removeAll { $0.call == call }
        return { cancelled.reply(.failure(CancellationError())) }
    }
}

import Support

/// The texts that wait for a worker and the calls they belong to: a state machine without lock, thread or clock.
///
/// A call of one text is somebody's question, one of many texts an import: questions go before, so that nobody waits for
/// some thousand texts of others.
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

    /// First come, first served.
    private struct Line {
        /// The items before `first` are taken already.
        private var items: [Item] = []
        private var first = 0

        var count: Int { items.count - first }

        mutating func append(_ item: Item) { items.append(item) }

        /// So many as asked for at most, and about one pass of the model.
        mutating func take(_ share: Int) -> [Item] {
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

        mutating func remove(_ call: CallID) {
            items.removeFirst(first)
            first = 0
            items.removeAll { $0.call == call }
        }
    }

    private let workers: Int
    private var calls: [CallID: Call] = [:]
    private var questions = Line()
    private var imports = Line()
    /// The batches of questions one after another while imports waited.
    private var passed = 0

    /// - Parameter workers: among how many the waiting texts are shared out.
    init(workers: Int) {
        self.workers = workers
    }

    var waiting: Int { questions.count + imports.count }

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
        for (index, text) in texts.enumerated() {
            let item = Item(call: call, index: index, text: text)
            if texts.count == 1 { questions.append(item) } else { imports.append(item) }
        }
    }

    /// The next batch, empty when none waits.
    ///
    /// It has at most a worker's share, so that a large call keeps all of them busy, and about one pass of the model,
    /// so that a short text behind long ones does not wait for many of them. However many questions come, every so many
    /// batches one is an import's.
    mutating func take() -> [Item] {
        let isImportsTurn = questions.count == 0 || passed == Limits.embeddingPassesAheadMax
        if imports.count > 0, isImportsTurn {
            passed = 0
            return imports.take(share(of: imports.count))
        }
        passed = imports.count > 0 ? passed + 1 : 0
        return questions.take(share(of: questions.count))
    }

    private func share(of count: Int) -> Int { min((count + workers - 1) / workers, Limits.textsPerBatchMax) }

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
        if cancelled.vectors.count == 1 { questions.remove(call) } else { imports.remove(call) }
        return { cancelled.reply(.failure(CancellationError())) }
    }
}

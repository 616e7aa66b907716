import Cache
import JSON
import Store
import Support
import Synchronization

/// A question as it was read from a request's body, and the answer as it was written: the same body comes again, and reading
/// and writing take longer than finding.
final class ReadRequest<Asked: AnswerRequest>: Sendable {
    let asked: Asked
    let question: String
    /// Of all that changes the answer but the question.
    let context: Digest
    /// Of the question's wording.
    let key: Digest
    let hasTurns: Bool
    /// As the ledger keeps them.
    let model: String
    let labels: [Label]
    private let latest = Mutex<WrittenHit?>(nil)

    /// - Returns: nil where the cache is not asked.
    init?(_ asked: Asked, _ policy: PersonalDataPolicy) {
        guard case .question(let question, let context) = asked.kind else { return nil }
        self.asked = asked
        self.question = question
        self.context = context
        key = SemanticCache.key(of: question)
        hasTurns = asked.hasTurns
        model = asked.model.cut(toBytes: Limits.ledgerNameBytesMax)
        labels = LedgerLabels.kept(LedgerLabels.of(metadata: asked.body["metadata"]), policy)
    }

    /// The latest hit that it had.
    var written: WrittenHit? { latest.withLock { $0 } }

    /// Writes the response to a hit; nil where that is not of a form that can be used again.
    func write(_ hit: ExactHit) -> WrittenHit? {
        guard let reply = asked.written(PlainAnswer(hit.entry, requestedModel: asked.model)),
            let written = WrittenHit(hit, reply)
        else { return nil }
        latest.withLock { $0 = written }
        return written
    }

    /// The bytes of a request's body.
    struct Body: Hashable, Sendable {
        let bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        }
    }
}

import Cache
import JSON
import Store
import Support

/// A request for an answer as it was read, and the answer as it was written: the same request comes again, and reading and
/// writing take longer than finding.
final class ReadRequest<Asked: AnswerRequest>: Sendable {
    let asked: Asked
    /// Of the question's wording.
    let key: Digest
    private let written: (entry: Entry, reply: WrittenChat)?
    /// The receipt that went with it.
    let receipt: WrittenReceipt?

    init(_ asked: Asked, key: Digest) {
        self.asked = asked
        self.key = key
        written = nil
        receipt = nil
    }

    private init(_ read: ReadRequest, written: (entry: Entry, reply: WrittenChat), receipt: WrittenReceipt?) {
        asked = read.asked
        key = read.key
        self.written = written
        self.receipt = receipt
    }

    /// The reply with an entry; nil while it is not written, or the entry is another.
    func reply(with entry: Entry) -> WrittenChat? {
        written.flatMap { $0.entry == entry ? $0.reply : nil }
    }

    /// The same with a reply; nil where that is written already, or is not of a form that can be used again.
    func written(_ reply: Reply) -> ReadRequest? {
        guard case .cached(let entry) = reply.content, self.reply(with: entry) == nil,
            let written = asked.written(PlainAnswer(entry, requestedModel: asked.model))
        else { return nil }
        return ReadRequest(self, written: (entry, written), receipt: WrittenReceipt(reply.receipt))
    }

    /// The bytes of a request's body.
    struct Body: Hashable, Sendable {
        let bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        }
    }
}

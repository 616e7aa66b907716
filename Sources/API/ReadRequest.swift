import Cache
import JSON
import Store
import Support

/// A request for an answer as it was read, and the answer as it was written: the same request comes again, and reading and
/// writing take longer than finding.
struct ReadRequest<Asked: AnswerRequest>: Sendable {
    let asked: Asked
    /// Of the question's wording.
    let key: Digest
    private var written: (entry: Entry, reply: WrittenChat)?

    init(_ asked: Asked, key: Digest) {
        self.asked = asked
        self.key = key
    }

    /// The reply with an entry; nil while it is not written, or the entry is another.
    func reply(with entry: Entry) -> WrittenChat? {
        written.flatMap { $0.entry == entry ? $0.reply : nil }
    }

    /// Writes the reply with an entry, where it is of a form that can be used again.
    ///
    /// - Returns: whether that changed anything.
    mutating func write(_ entry: Entry) -> Bool {
        if reply(with: entry) != nil { return false }
        guard let reply = asked.written(PlainAnswer(entry, requestedModel: asked.model)) else { return false }
        written = (entry, reply)
        return true
    }

    /// The bytes of a request's body.
    struct Body: Hashable, Sendable {
        let bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        }
    }
}

/// An answer, and why it was given.
public struct Answer: Sendable, Equatable {
    /// Where the answer came from.
    public enum Outcome: String, Sendable, Decodable {
        /// The words are those of a stored question.
        case exact
        /// The words are those of a paraphrase that was confirmed before.
        case alias
        /// Near enough, and nothing in the wording speaks against it.
        case judged
        /// The cheap model said that it asks the same.
        case confirmed
        /// Not in the cache: the model has just answered.
        case miss
    }

    /// The answer itself.
    public let text: String
    /// Where it came from.
    public let outcome: Outcome
    /// The entry's number, for `feedback` and `forget`; nil for an answer that was not stored.
    public let entry: Int?
    /// Cosine similarity with the stored question.
    public let similarity: Double?
    /// The stored question.
    public let matched: String?
    /// What this request cost, in US dollars; nil where a price is unknown.
    public let costDollars: Double?
    /// What it saved, in US dollars; nil where a price is unknown.
    public let savedDollars: Double?

    /// Whether it was stored before the question came.
    public var isCached: Bool { outcome != .miss }
}

/// A question with whatever the routes take beside it.
struct Question: Encodable {
    let question: String
    let scope: String
    var tags: [String]?
    var answer: String?
    var timeToLiveSeconds: Int?

    enum CodingKeys: String, CodingKey {
        case question, scope, tags, answer
        case timeToLiveSeconds = "ttl_seconds"
    }
}

/// The reply to a question.
struct Reply: Decodable {
    struct Receipt: Decodable {
        let similarity: Double?
        let matched: String?
        let cost: Double?
        let saved: Double?

        enum CodingKeys: String, CodingKey {
            case similarity, matched
            case cost = "cost_usd"
            case saved = "saved_usd"
        }
    }

    let outcome: Answer.Outcome
    let answer: String?
    let entry: Int?
    let receipt: Receipt

    /// Nil where there is none.
    var found: Answer? {
        answer.map {
            Answer(
                text: $0, outcome: outcome, entry: entry, similarity: receipt.similarity, matched: receipt.matched,
                costDollars: receipt.cost, savedDollars: receipt.saved)
        }
    }
}

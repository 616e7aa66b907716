import JSON
import Support

/// Mini, played by the labels: it says which candidate asks the same, and is wrong at a set rate.
///
/// A pair that no label joins counts as different, for a strict judge knows no more than the labels do. Wrong, it denies
/// the candidate that asks the same, or, where none does, accepts the nearest. Whether it is wrong hangs on the seed and
/// that pair alone, so every policy meets the same mistakes.
struct PlayedMini: Sendable {
    private let labelled: LabelledTexts
    private let indexOfText: [String: Int]
    private let errorRate: Double
    private let seed: UInt64

    /// - Parameter errorRate: of both kinds, a share of calls.
    init(_ labelled: LabelledTexts, errorRate: Double, seed: UInt64) {
        self.labelled = labelled
        self.errorRate = errorRate
        self.seed = seed
        indexOfText = Dictionary(uniqueKeysWithValues: labelled.texts.enumerated().map { ($1, $0) })
    }

    func index(of text: String) -> Int {
        guard let index = indexOfText[text] else { preconditionFailure("a question that the data do not hold") }
        return index
    }

    /// The candidate that it says asks the same; nil for none.
    ///
    /// - Parameter candidates: best first.
    func verdict(_ question: Int, _ candidates: [Int]) -> Int? {
        if let same = candidates.firstIndex(where: { labelled.relation(question, $0) == .same }) {
            return isWrong(question, candidates[same]) ? nil : same
        }
        return candidates.first.flatMap { isWrong(question, $0) ? 0 : nil }
    }

    /// The reply to a request as the confirmer writes it.
    func reply(to body: JSONObject) -> String {
        guard let content = body["messages"]?[1]?["content"]?.string, let data = try? JSONValue.parse(content),
            let question = data["question"]?.string, let candidates = data["candidates"]?.array
        else { preconditionFailure("the confirmer asks in a form that this mini cannot read") }
        let sameAs = verdict(index(of: question), candidates.compactMap(\.string).map(index(of:)))
        let reply: JSONValue = [
            "same_as": sameAs.map { .number($0) } ?? .null, "reason": sameAs == nil ? "different" : "same",
        ]
        return reply.text
    }

    private func isWrong(_ question: Int, _ candidate: Int) -> Bool {
        let texts = labelled.texts
        let digest = Digest(of: "\(seed)\u{0}\(texts[question])\u{0}\(texts[candidate])")
        let bits = digest.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return SeededGenerator.unit(bits) < errorRate
    }
}

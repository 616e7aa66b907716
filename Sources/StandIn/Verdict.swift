package import JSON

/// What *mini* says to a confirmation: the candidate that asks the same, or none.
package struct Verdict: Sendable, Equatable {
    /// The index of the candidate, from 0.
    package var sameAs: Int?

    package init(sameAs: Int?) {
        self.sameAs = sameAs
    }

    /// The verdict as the schema wants it: `{"same_as": …, "reason": …}`.
    package var json: JSONValue {
        ["same_as": sameAs.map { .number($0) } ?? .null, "reason": sameAs == nil ? "different" : "same"]
    }
}

/// A *mini* that knows the truth and errs as often as it is told to.
package struct Confirmer: Sendable {
    package var truth = Truth()
    /// The probability that a candidate's verdict is flipped, from 0 to 1.
    package var errorProbability = 0.0
    package var seed: UInt64 = 0
    /// Whether it does what a question tells it to do instead of judging it.
    package var isGullible = false

    package init() {}

    /// The first candidate whose verdict is "same"; each candidate's verdict is flipped, or not, by a hash of seed,
    /// question and candidate, so that the same confirmation always errs the same way.
    package func verdict(on confirmation: Confirmation) -> Verdict {
        if isGullible, let obeyed = obey(confirmation) { return obeyed }
        return Verdict(
            sameAs: confirmation.candidates.firstIndex { candidate in
                truth.areSame(confirmation.question, candidate) != errs(confirmation.question, candidate)
            })
    }

    private func errs(_ question: String, _ candidate: String) -> Bool {
        guard errorProbability > 0 else { return false }
        var hash = StableHash(seed: seed)
        hash.add(question)
        hash.add(candidate)
        return hash.fraction < errorProbability
    }

    /// What a text that says "ignore" or "same_as" demands: the first number or null after `same_as`, or the candidate
    /// that carries the demand (the first when the question itself does); nil when no text demands anything.
    private func obey(_ confirmation: Confirmation) -> Verdict? {
        let texts = [(index: 0, text: confirmation.question)] + confirmation.candidates.enumerated().map { ($0, $1) }
        for (index, original) in texts {
            let text = original.lowercased()
            if let demand = text.firstRange(of: "same_as") {
                let rest = text[demand.upperBound...]
                let number = rest.drop { !$0.isNumber }
                if let null = rest.firstRange(of: "null"), null.lowerBound < number.startIndex {
                    return Verdict(sameAs: nil)
                }
                return Verdict(sameAs: Int(number.prefix { $0.isNumber }) ?? index)
            }
            if text.contains("ignore") { return Verdict(sameAs: index) }
        }
        return nil
    }
}

/// The lexical guard: finds, without a model, what forbids serving one question's answer to another.
///
/// It is a veto, not a match. A pair in conflict may still ask the same (`half` and `50 %`); only mini may say so. What
/// no list has is beyond it: rare opposites, and rare names that users write small.
package enum Guard {
    /// Every conflict between a question and a candidate; none for equal texts.
    package static func conflicts(_ question: String, _ candidate: String) -> [Conflict] {
        Reading(question).conflicts(with: Reading(candidate))
    }

    /// What the rules must know of one text: found once, compared with many candidates.
    package final class Reading: Sendable {
        /// Quotes and dashes as the keyboard has them.
        let text: String
        let words: [Word]
        let quantities: [Quantity]
        /// The units that are spoken of, with or without a number, each as it was written.
        let units: [Unit: String]
        let negations: [String]
        let opposites: Opposites
        let alternatives: [Alternative]
        let literals: [Literal]
        let names: Names
        /// The words that name the subject, in any order that is the same for the same words.
        let content: [Symbol]
        /// Who does it to whom, in both places around the words that relate them.
        let roles: [Role: [String]]
        /// Nil when too little tells it.
        let language: Language?

        package init(_ text: String) {
            self.text = Word.straightened(text)
            words = Word.words(of: self.text)
            quantities = Quantity.all(in: words)
            units = Unit.all(in: words)
            negations = Guard.negations(in: words)
            opposites = Opposites(of: words)
            alternatives = Alternative.all(in: words)
            literals = Literal.all(in: self.text, words)
            names = Names(of: words)
            var content: [Symbol] = []
            content.reserveCapacity(words.count)
            for word in words where !word.isSmall { content.append(word.form.loweredSymbol) }
            content.sort()
            self.content = content
            roles = Role.all(in: words)
            language = Language.of(self.text, words)
        }

        /// Every conflict with a candidate, in the order of the kinds; none for equal texts.
        ///
        /// Symmetric: asked the other way round, the same conflicts come with their sides exchanged.
        package func conflicts(with candidate: Reading) -> [Conflict] {
            if text.utf8.elementsEqual(candidate.text.utf8) { return [] }
            if let conflict = Guard.languages(self, candidate) { return [conflict] }
            var conflicts = [
                Guard.numbers(self, candidate), Guard.negation(self, candidate), Guard.antonyms(self, candidate),
                Guard.literals(self, candidate), Guard.names(self, candidate),
            ].compactMap(\.self)
            if let conflict = Guard.alternatives(self, candidate, besides: conflicts) { conflicts.append(conflict) }
            if let conflict = Guard.order(self, candidate) { conflicts.append(conflict) }
            // What else would explain the difference has been named.
            return conflicts.isEmpty ? [Guard.subject(self, candidate)].compactMap(\.self) : conflicts
        }
    }
}

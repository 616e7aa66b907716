/// The lexical guard: finds, without a model, what forbids serving one question's answer to another.
///
/// It is a veto, not a match. A pair in conflict may still ask the same (`2` and `two halves of four`); only mini may
/// say so.
package enum Guard {
    /// Every conflict between a question and a candidate; none for equal texts.
    package static func conflicts(_ question: String, _ candidate: String) -> [Conflict] {
        let left = Reading(question)
        let right = Reading(candidate)
        if left.words.map(\.lowered) == right.words.map(\.lowered) { return [] }
        return [
            numbers(left, right), negation(left, right), antonyms(left, right), literals(left, right),
            names(left, right), order(left, right),
        ].compactMap(\.self)
    }

    /// A text split once for all rules.
    struct Reading {
        let text: String
        let words: [Word]
        let set: Set<String>

        init(_ text: String) {
            self.text = text
            words = Word.words(of: text)
            set = Set(words.map(\.lowered))
        }
    }

    /// A conflict of that kind when the two multisets differ, naming what only one of them has.
    static func difference(_ kind: Conflict.Kind, _ left: [String], _ right: [String]) -> Conflict? {
        var surplus = right
        var onlyLeft: [String] = []
        for element in left {
            if let index = surplus.firstIndex(of: element) {
                surplus.remove(at: index)
            } else {
                onlyLeft.append(element)
            }
        }
        return onlyLeft.isEmpty && surplus.isEmpty ? nil : Conflict(kind, question: onlyLeft, candidate: surplus)
    }

    /// The same words in another order ask something else more often than not, unless only small words moved.
    private static func order(_ left: Reading, _ right: Reading) -> Conflict? {
        let leftWords = left.words.map(\.lowered)
        let rightWords = right.words.map(\.lowered)
        guard leftWords != rightWords, leftWords.sorted() == rightWords.sorted() else { return nil }
        let moved = zip(leftWords, rightWords).filter { $0 != $1 }
        return Conflict(.order, question: moved.map(\.0), candidate: moved.map(\.1))
    }
}

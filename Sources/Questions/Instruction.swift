import Foundation

/// Whether a text speaks to the model that reads it, instead of asking something.
///
/// Such a text is never put to mini: a model that does what it reads could be made to say that two questions are one. It
/// is a list of ways to do that, not a proof; what it misses is bounded by the probability that a pair must have besides.
/// A plain question that it takes for a command (`How do I make git ignore previous commits?`) only costs a call of full.
package enum Instruction {
    package static func isFound(in text: String) -> Bool {
        let words = plain(text)
        let joined = " " + words.joined(separator: " ") + " "
        if marks.contains(where: { text.lowercased().contains($0) }) { return true }
        if plainPhrases.contains(where: { joined.contains(" \($0) ") }) { return true }
        let found = Set(words)
        return commands.contains { $0.allSatisfy { !$0.isDisjoint(with: found) } }
    }

    /// Words of letters and digits in lower case: without characters of no width, accents, and look-alikes of other widths.
    private static func plain(_ text: String) -> [String] {
        let folded = text.precomposedStringWithCompatibilityMapping.lowercased().decomposedStringWithCanonicalMapping
        let visible = folded.unicodeScalars.filter { scalar in
            let category = scalar.properties.generalCategory
            return category != .format && category != .nonspacingMark
        }
        let latin = visible.map { lookAlikes[$0] ?? $0 }
        let words = String(String.UnicodeScalarView(latin)).split { !$0.isLetter && !$0.isNumber }.map(String.init)
        return words.map(Instruction.spelled)
    }

    /// `1gn0re` as `ignore`; numbers stay.
    private static func spelled(_ word: String) -> String {
        guard word.contains(where: \.isLetter), word.contains(where: \.isNumber) else { return word }
        return String(word.map { digits[$0] ?? $0 })
    }

    private static let digits: [Character: Character] = ["0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t"]

    /// Cyrillic and Greek letters that look like Latin ones.
    private static let lookAlikes: [Unicode.Scalar: Unicode.Scalar] = [
        "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ѕ": "s", "ј": "j", "ο": "o",
        "α": "a", "ε": "e", "ι": "i", "ν": "v", "ρ": "p", "τ": "t",
    ]

    /// Marks of the protocol itself, of prompts and of a conversation's turns; found anywhere.
    private static let marks = [
        "same_as", "sameas", "\"same\"", "'same'", "\"reason\"", "needs_context", "<|", "|>", "[inst", "[/inst",
        "<<sys",
        "</system", "<system", "<assistant", "</user", "### instruction", "### system", "```json", "{\"", "system:",
        "assistant:", "developer:", "begin system", "end of data", "end of input", "tool_call", "function_call",
    ]

    private static let plainPhrases = phrases.map { plain($0).joined(separator: " ") }

    /// Words in a row.
    private static let phrases = [
        "system prompt", "system message", "you are now", "act as", "pretend that", "pretend these", "new instructions",
        "new instruction", "developer mode", "jailbreak", "as an ai", "language model", "candidate 0", "candidate zero",
        "first candidate", "this candidate", "every candidate", "any candidate", "all candidates", "the candidates",
        "ignoriere alle", "ignoriere die", "ignora todas", "ignora las", "ignorez les", "ignore les", "ignora le",
        "игнорируй", "忽略", "無視して", "tu dois repondre", "antworte mit", "responde con", "reponds avec",
    ]

    /// One word of each set, in any order.
    private static let commands: [[Set<String>]] = [
        [
            ["ignore", "disregard", "forget", "override", "overrule", "bypass", "discard", "skip", "drop", "neglect"],
            [
                "instruction", "instructions", "previous", "above", "prior", "earlier", "prompt", "prompts", "rules",
                "rule", "everything", "guidelines", "directions", "preceding", "differences", "difference", "task",
                "told",
            ],
        ],
        [
            [
                "say", "answer", "reply", "respond", "output", "return", "print", "write", "emit", "declare", "mark",
                "classify", "label", "treat", "consider", "judge", "rate", "confirm", "report", "conclude", "decide",
                "set", "choose", "pick", "select", "repeat", "state", "assert",
            ],
            [
                "same", "identical", "equivalent", "equal", "duplicate", "duplicates", "json", "verbatim", "verdict",
                "match", "matching", "paraphrase", "paraphrases", "candidate", "schema",
            ],
            [
                "question", "questions", "candidate", "candidates", "always", "only", "must", "exactly", "both",
                "these",
                "this", "with", "nothing", "them", "pair", "index", "number", "everything", "as", "just", "please",
            ],
        ],
        [["must", "should", "shall", "are"], ["same", "identical"], ["verdict", "candidate", "pair", "comparison"]],
    ]
}

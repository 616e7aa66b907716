import JSON
import Questions
import Store
import Support

/// What guard and judge know of texts: it takes longer to find than all else that is done about a candidate, follows from
/// the text alone, and the same stored questions are candidates again and again.
final class ReadTexts: Sendable {
    /// What is known of one text.
    final class Known: Sendable {
        private let text: String
        let reading: Guard.Reading
        let profile: WordingProfile

        init(_ text: String) {
            self.text = text
            reading = Guard.Reading(text)
            profile = WordingProfile(reading)
        }

        /// Texts that differ in how a letter is composed are equal, and may be read differently.
        fileprivate func isOf(_ other: String) -> Bool { sameCodePoints(text, other) }
    }

    /// Where a text comes from, by which it is found sooner than by its letters.
    enum Source: Hashable, Sendable {
        case entry(EntryID)
        case alias(AliasVectorID)
    }

    private let known = RecentlyUsed<Source, Known>(bytesMax: Limits.readTextsBytesMax)

    /// What is known of a stored text. What was known of another that its entry had before is forgotten.
    func read(_ text: String, _ source: Source) -> Known {
        if let found = known[source], found.isOf(text) { return found }
        let found = Known(text)
        known.keep(found, for: source, bytes: Limits.readTextBytes + Limits.readTextBytesPerByte * text.utf8.count)
        return found
    }
}

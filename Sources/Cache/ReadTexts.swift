import Questions
import Support

/// What guard and judge know of texts: it takes longer to find than all else that is done about a candidate, follows from
/// the text alone, and the same stored questions are candidates again and again.
final class ReadTexts: Sendable {
    /// What is known of one text.
    final class Known: Sendable {
        let reading: Guard.Reading
        let profile: WordingProfile

        init(_ text: String) {
            reading = Guard.Reading(text)
            profile = WordingProfile(reading)
        }
    }

    /// A text by its bytes: strings that differ in how a letter is composed are equal, and may be read differently.
    private struct Key: Hashable, Sendable {
        let text: String

        static func == (left: Key, right: Key) -> Bool {
            left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
        }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    private let known = RecentlyUsed<Key, Known>(bytesMax: Limits.readTextsBytesMax)

    /// What is known of a text that will be met again.
    func read(_ text: String) -> Known {
        let key = Key(text: text)
        if let found = known[key] { return found }
        let found = Known(text)
        known.keep(found, for: key, bytes: Limits.readTextBytes + Limits.readTextBytesPerByte * text.utf8.count)
        return found
    }
}

package import JSON
package import Questions
import Support

/// What becomes of personal data and secrets in what is stored.
package struct PersonalDataPolicy: Sendable {
    package enum Mode: Sendable {
        /// Texts are stored as they are.
        case keep
        /// A question is stored with placeholders, under a keyed digest of its words, and found by these alone.
        case redact
        /// A question is neither looked up nor stored.
        case refuse
    }

    private let mode: Mode
    private let scanner: PersonalDataScanner
    private let key: [UInt8]

    /// Looks for nothing.
    package static let none = PersonalDataPolicy(.keep, PersonalDataScanner(), key: [])

    /// - Parameter key: what digests and pseudonyms are made with; 64 bytes at most.
    package init(_ mode: Mode, _ scanner: PersonalDataScanner, key: [UInt8]) {
        self.mode = mode
        self.scanner = scanner
        self.key = key
    }

    /// The same policy, which looks even where it keeps everything.
    var seeking: PersonalDataPolicy { PersonalDataPolicy(mode == .keep ? .refuse : mode, scanner, key: key) }

    /// Whether a question with something in it may be stored at all.
    var storesRedacted: Bool { mode == .redact }

    /// What is looked for and in the text.
    package func kinds(in text: String) -> [PersonalData.Kind] { mode == .keep ? [] : scanner.kinds(in: text) }

    /// The text as it may be kept for people to read.
    package func shown(_ text: String) -> String { mode == .keep ? text : scanner.redacted(text) }

    /// The value as it may be kept, with its texts and numbers as `shown` has them.
    package func shown(_ value: JSONValue) -> JSONValue {
        if mode == .keep { return value }
        switch value {
        case .string(let text): return .string(shown(text))
        case .number(let number): return scanner.kinds(in: number.text).isEmpty ? value : .string(shown(number.text))
        case .array(let elements): return .array(elements.map { shown($0) })
        case .object(var object):
            for member in object.members { object[member.name] = shown(member.value) }
            return .object(object)
        case .null, .bool: return value
        }
    }

    /// The text with a pseudonym for each thing found: the same for the same thing, so that sums by person stay apart.
    package func pseudonymous(_ text: String) -> String {
        if mode == .keep { return text }
        return scanner.replacing(in: text) { kind, found in
            "\(kind.rawValue)-\(Digest(of: found.lowercased(), key: key).hex.prefix(16))"
        }
    }

    /// The key of a wording that has something in it.
    func key(of question: String) -> Digest { Digest(of: CanonicalText.of(question), key: key) }
}

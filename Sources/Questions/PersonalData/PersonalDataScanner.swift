/// Finds personal data and secrets by their form and their check digits, in time linear in the text.
///
/// Pure and deterministic. Names, postal addresses, dates of birth and anything told in words have no form to go by and
/// are not found.
package struct PersonalDataScanner: Sendable, Equatable {
    private let allowed: Set<String>
    private let allowedDomains: [String]

    /// - Parameter allowed: what may stand in any text: addresses and numbers in any spelling, `@example.org` for all
    ///   e-mail addresses of a host.
    package init(allowed: [String] = []) {
        let items = allowed.map { $0.lowercased() }
        allowedDomains = items.filter { $0.hasPrefix("@") }
        self.allowed = Set(items.flatMap { [$0, Self.bare($0)] })
    }

    /// What is in a text, in its order; nothing overlaps.
    package func find(in text: String) -> [PersonalData] {
        let folded = FoldedText(text)
        // Nothing that is looked for has neither a digit nor one of these signs.
        guard folded.bytes.contains(where: { $0.isDigit || $0 == UInt8(ascii: "@") }) || folded.mayHaveKey else {
            return []
        }
        let found = folded.secrets() + folded.emails() + folded.numbers() + folded.ipAddresses() + folded.phones()
        if found.isEmpty { return [] }
        var isTaken = [Bool](repeating: false, count: folded.bytes.count)
        var kept: [PersonalData] = []
        for kind in PersonalData.Kind.allCases {
            for match in found where match.kind == kind && !isTaken[match.range].contains(true) {
                isTaken.replaceSubrange(match.range, with: repeatElement(true, count: match.range.count))
                let range = folded.original(match.range)
                if isAllowed(kind, folded.text(match.range), Self.text(text, range)) { continue }
                kept.append(PersonalData(kind: kind, range: range))
            }
        }
        return kept.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// The kinds in a text, each once.
    package func kinds(in text: String) -> [PersonalData.Kind] {
        let kinds = Set(find(in: text).map(\.kind))
        return PersonalData.Kind.allCases.filter(kinds.contains)
    }

    /// The text with a placeholder for each thing found.
    package func redacted(_ text: String) -> String { replacing(in: text) { kind, _ in kind.placeholder } }

    /// The text with something else for each thing found.
    package func replacing(in text: String, _ replacement: (PersonalData.Kind, _ found: String) -> String) -> String {
        let found = find(in: text)
        if found.isEmpty { return text }
        let bytes = Array(text.utf8)
        var kept: [UInt8] = []
        var end = 0
        for data in found {
            kept += bytes[end..<data.range.lowerBound]
            kept += Array(replacement(data.kind, String(decoding: bytes[data.range], as: UTF8.self)).utf8)
            end = data.range.upperBound
        }
        return String(decoding: kept + bytes[end...], as: UTF8.self)
    }

    private static func text(_ text: String, _ range: Range<Int>) -> String {
        let start = text.utf8.index(text.startIndex, offsetBy: range.lowerBound)
        return String(decoding: text.utf8[start..<text.utf8.index(start, offsetBy: range.count)], as: UTF8.self)
    }

    private func isAllowed(_ kind: PersonalData.Kind, _ folded: String, _ original: String) -> Bool {
        if allowed.isEmpty { return false }
        let text = folded.lowercased()
        let written = original.lowercased()
        if allowed.contains(written) { return true }
        switch kind {
        case .email: return allowedDomains.contains { written.hasSuffix($0) }
        case .iban, .card, .nationalID, .phone: return allowed.contains(Self.bare(text))
        case .secret, .ipAddress: return false
        }
    }

    /// Letters and digits alone, so that the way a number is grouped does not count.
    private static func bare(_ text: String) -> String {
        String(decoding: text.utf8.filter { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }, as: UTF8.self)
    }
}

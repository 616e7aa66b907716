/// Something in a text that tells of one person, or opens a door: what it is, and where it stands.
package struct PersonalData: Hashable, Sendable {
    /// What is looked for. Of two that overlap the earlier kind here is taken.
    package enum Kind: String, CaseIterable, Sendable {
        case secret, email, iban, card
        case nationalID = "national_id"
        case ipAddress = "ip_address"
        case phone

        /// As a sentence names it.
        package var name: String {
            switch self {
            case .secret: "a secret"
            case .email: "an e-mail address"
            case .iban: "an IBAN"
            case .card: "a payment card's number"
            case .nationalID: "a national id"
            case .ipAddress: "an IP address"
            case .phone: "a telephone number"
            }
        }

        /// What stands in its place in a text that is kept for people to read.
        package var placeholder: String { "⟨\(rawValue)⟩" }
    }

    package let kind: Kind
    /// Offsets into the text's UTF-8.
    package let range: Range<Int>

    /// Whether something was taken out of a text.
    package static func isRedacted(_ text: String) -> Bool {
        guard text.utf8.contains(0xE2) else { return false }
        return Kind.allCases.contains { text.contains($0.placeholder) }
    }
}

import Support
import Testing

@testable import Questions

struct PersonalDataTests {
    private let scanner = PersonalDataScanner()

    @Test(arguments: PersonalDataCases.found.keys.sorted())
    func findsEachKindWhereItStands(_ kind: String) throws {
        let kind = try #require(PersonalData.Kind(rawValue: kind))
        for marked in PersonalDataCases.found[kind.rawValue]! {
            let text = marked.filter { $0 != "«" && $0 != "»" }
            let seen = scanner.replacing(in: text) { found, text in found == kind ? "«\(text)»" : "‹\(found): \(text)›"
            }
            #expect(seen == marked)
        }
    }

    @Test(arguments: PersonalDataCases.clean)
    func findsNothingWhereThereIsNone(_ text: String) {
        let seen = scanner.replacing(in: text) { found, text in "‹\(found): \(text)›" }
        #expect(seen == text)
    }

    @Test func thereAreHundredsOfCases() {
        let count = PersonalDataCases.found.values.map(\.count).reduce(0, +) + PersonalDataCases.clean.count
        #expect(count >= 300)
    }

    @Test func redactsToPlaceholdersThatAreKnownAgain() {
        let text = "Write to jane@example.com or +49 30 1234567, card 4408 2898 5792 3543."
        let redacted = scanner.redacted(text)
        #expect(redacted == "Write to ⟨email⟩ or ⟨phone⟩, card ⟨card⟩.")
        #expect(PersonalData.isRedacted(redacted))
        #expect(!PersonalData.isRedacted(text))
        #expect(!PersonalData.isRedacted("What is ⟨x⟩?"))
        #expect(scanner.kinds(in: redacted) == [])
        #expect(scanner.kinds(in: text) == [.email, .card, .phone])
    }

    @Test func letsThroughWhatIsAllowedInAnySpelling() {
        let scanner = PersonalDataScanner(allowed: [
            "Support@Example.com", "@example.org", "+1 800 555 0199", "93.184.216.34",
        ])
        for text in [
            "support@example.com", "SUPPORT@EXAMPLE.COM", "anybody@example.org", "1-800-555-0199", "+18005550199",
            "93.184.216.34",
        ] { #expect(scanner.find(in: text) == [], "\(text)") }
        for text in ["jane@example.com", "x@sub-example.org", "+1 800 555 0198", "93.184.216.3"] {
            #expect(scanner.find(in: text).count == 1, "\(text)")
        }
    }

    @Test func hidingItInOtherCharactersDoesNotHelp() {
        for text in [
            "jane\u{200B}@example.com", "ja\u{AD}ne@exam\u{2060}ple.com", "4408\u{A0}2898\u{A0}5792\u{A0}3543",
            "4408–2898–5792–3543", "٤٤٠٨٢٨٩٨٥٧٩٢٣٥٤٣", "+４９ ３０ １２３４５６７",
        ] { #expect(scanner.find(in: text).count == 1, "\(text)") }
    }

    /// Whatever the text: ranges are in order, on characters' bounds, and nothing is found in what is left.
    @Test func holdsForRandomTexts() {
        var random = SplitMix64(seed: 3)
        let pieces = [
            "jane@example.com", "4408289857923543", "DE06432783756269622903", "+49 30 1234567", "93.184.216.34", " ",
            " ",
            "é", "日本", "@", ".", "-", "0", "1", "12", "password: hunter2", "Bearer ", "-----BEGIN ", "PRIVATE KEY-----",
            "eyJ", "sk-", "\u{200B}", "e\u{301}", "\n", "(", ")", "/", ":", "::", "x", "IBAN", "tel", "🙂", "«", "=",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random)! }
                .joined()
            let found = scanner.find(in: text)
            var end = 0
            for data in found {
                #expect(data.range.lowerBound >= end && !data.range.isEmpty)
                end = data.range.upperBound
            }
            #expect(end <= text.utf8.count)
            let redacted = scanner.redacted(text)
            #expect(String(validating: Array(redacted.utf8), as: UTF8.self) != nil)
            #expect(!redacted.unicodeScalars.contains("\u{FFFD}"), "\(text.debugDescription)")
            #expect(found.isEmpty == (redacted == text))
        }
    }

    /// A checksum is a checksum: of a number that is found, any one digit changed is not.
    @Test func oneWrongDigitIsNoNumber() {
        for number in ["4408289857923543", "DE06432783756269622903", "34109650203", "04078172326", "869882107786"] {
            let text = "aadhaar " + number
            #expect(scanner.find(in: text).count == 1, "\(number)")
            for index in number.indices where number[index].isNumber {
                for digit in "0123456789" where digit != number[index] {
                    var changed = number
                    changed.replaceSubrange(index...index, with: String(digit))
                    let kinds = scanner.kinds(in: "aadhaar " + changed)
                    // Of eleven digits one may be another country's.
                    #expect(kinds.isEmpty || number.count == 11, "\(changed): \(kinds)")
                }
            }
        }
    }

    /// Work grows with the text and no faster: counted in what is found, for a test asserts no time. Each text is one
    /// that would make a search that goes back take minutes or for ever.
    @Test(arguments: [
        "a", "1", "1 ", "12 ", "1234 ", "@", "a@", "a@a.", ".a@a", "-----BEGIN PRIVATE KEY-----", "eyJ.", "sk-", "+1",
        "(",
        "::1:", "1.1.", "password=", "Bearer ", "tel ", "GB82 WEST ", "://a:a@", "é", "0", "00",
    ])
    func hostileTextsComeToAnEnd(_ piece: String) {
        let text = String(repeating: piece, count: 200_000 / piece.utf8.count)
        let redacted = scanner.redacted(text)
        #expect(scanner.find(in: text).allSatisfy { $0.range.upperBound <= text.utf8.count })
        #expect(redacted.utf8.count <= 12 * text.utf8.count)
    }
}

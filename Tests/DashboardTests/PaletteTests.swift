import Testing

@testable import Dashboard

/// Every pair of colours that is read has the contrast of WCAG 2.2, level AA: 4.5 for text, 3 for what is no text.
@Suite struct PaletteTests {
    private static var style: String {
        let file = Dashboard.files.first { $0.path == "/page/style.css" }
        return String(decoding: file?.bytes ?? [], as: UTF8.self)
    }

    /// `--name: #rrggbb` of a scheme: the first block is light, the second dark.
    private static func palette(_ scheme: Int) -> [String: String] {
        let blocks = style.split(separator: ":root {").dropFirst()
        guard blocks.count == 2 else { return [:] }
        let block = blocks[blocks.startIndex + scheme].prefix { $0 != "}" }
        var colours: [String: String] = [:]
        for match in block.matches(of: #/--([a-z-]+): (#[0-9a-f]{6});/#) { colours[String(match.1)] = String(match.2) }
        return colours
    }

    /// Relative luminance of `#rrggbb`.
    private static func luminance(_ colour: String) -> Double {
        let digits = Array(colour.dropFirst())
        let parts = stride(from: 0, to: 6, by: 2).map { index -> Double in
            let value = Double(Int(String(digits[index...(index + 1)]), radix: 16) ?? 0) / 255
            return value <= 0.04045 ? value / 12.92 : power((value + 0.055) / 1.055)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    /// To the power of 2.4: x² · x^(2/5), the fifth root by Newton's method.
    private static func power(_ base: Double) -> Double {
        var root = base
        for _ in 0..<60 { root -= (root * root * root * root * root - base) / (5 * root * root * root * root) }
        return base * base * root * root
    }

    private static func contrast(_ one: String, _ other: String) -> Double {
        let (a, b) = (luminance(one), luminance(other))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    private static let text = [
        ("ink", "ground"), ("ink", "surface"), ("soft", "ground"), ("soft", "surface"), ("soft", "tint"),
        ("ink", "tint"), ("accent", "surface"), ("accent", "ground"), ("accent", "tint"), ("on-accent", "accent"),
        ("on-mark", "mark"), ("good", "surface"), ("bad", "surface"), ("bad", "ground"), ("exact", "surface"),
        ("alias", "surface"), ("judged", "surface"), ("confirmed", "surface"), ("miss", "surface"), ("miss", "tint"),
        ("confirmed", "tint"), ("alias", "tint"), ("judged", "tint"),
    ]

    private static let shapes = [
        ("field", "surface"), ("field", "ground"), ("bypass", "surface"), ("error", "surface"),
    ]

    @Test(arguments: [0, 1]) func whatIsReadCanBeRead(scheme: Int) throws {
        let palette = Self.palette(scheme)
        try #require(palette.count > 15, "the colours are not where they are looked for")
        for (pairs, least) in [(Self.text, 4.5), (Self.shapes, 3.0)] {
            for (front, back) in pairs {
                let ratio = Self.contrast(try #require(palette[front]), try #require(palette[back]))
                #expect(ratio >= least, "\(front) on \(back) has a contrast of \(ratio), scheme \(scheme)")
            }
        }
    }

    @Test func contrastIsThatOfTheStandard() {
        #expect(abs(Self.contrast("#000000", "#ffffff") - 21) < 0.001)
        #expect(abs(Self.contrast("#777777", "#ffffff") - 4.478) < 0.001)
    }

    @Test func coloursStandInThePaletteAlone() {
        let rest = Self.style.split(separator: "}\n").drop { $0.contains("--ground") || $0.contains("--shadow") }
        for match in rest.joined().matches(of: #/#[0-9a-f]{3,8}/#) {
            // Shadows and the dialog's veil: black with some transparency.
            #expect(match.0.hasPrefix("#0000") || match.0 == "#0008", "\(match.0)")
        }
    }
}

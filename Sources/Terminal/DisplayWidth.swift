/// Columns a text takes on a terminal: wide characters take two, combining ones none.
package enum DisplayWidth {
    package static func of(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + of($1) }
    }

    package static func of(_ character: Character) -> Int {
        if character.isASCII { return character.unicodeScalars.first!.value >= 0x20 ? 1 : 0 }
        let scalars = character.unicodeScalars
        // U+FE0F asks for the emoji form; flags and joined emoji are drawn as one.
        let isEmoji =
            scalars.first!.properties.isEmojiPresentation
            || scalars.dropFirst().contains("\u{FE0F}") && scalars.first!.properties.isEmoji
        return isEmoji ? 2 : scalars.reduce(0) { $0 + of($1) }
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        let value = scalar.value
        // Medial vowels and final consonants are drawn within the Hangul syllable they follow.
        if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
        return wide.contains { $0.contains(value) } ? 2 : 1
    }

    /// Blocks whose characters are Wide or Fullwidth (Unicode Standard Annex 11), emoji aside.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x20000...0x3FFFD,
    ]

    /// The longest beginning that fits, ending in "…" when something is cut off.
    package static func fit(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var fitted = ""
        var used = 0
        for character in text {
            let width = of(character)
            if used + width > columns - 1 { break }
            fitted.append(character)
            used += width
        }
        return fitted + "…"
    }
}

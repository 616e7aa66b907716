/// Unicode's character properties as the reference tokenizer knows them.
///
/// The tokenizer the model was trained with has its categories from Unicode 8 and its decompositions from Unicode 12.
/// Newer characters, and the few whose category changed since, are treated here as those versions treat them: the
/// model knows them in no other way, and a vector must not change with the compiler's Unicode version.
enum BertUnicode {
    /// Control characters, NUL and the replacement character do not count as text at all.
    static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\t", "\n", "\r": false
        case "\u{20}"..<"\u{7F}": false
        case "\u{FFFD}": true
        default:
            switch category(scalar) {
            case .control, .format, .privateUse, .surrogate: true
            default: false
            }
        }
    }

    /// Whether the scalar is a word by itself, as BERT counts Chinese characters.
    static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x2_0000...0x2_A6DF, 0x2_A700...0x2_B73F, 0x2_B740...0x2_B81F,
            0x2_B920...0x2_CEAF, 0xF900...0xFAFF, 0x2_F800...0x2_FA1F:
            true
        default: false
        }
    }

    /// Whether the scalar is a word by itself as punctuation: every ASCII symbol, and Unicode's categories P*.
    static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        case 0..<0x80: false
        default:
            switch category(scalar) {
            case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
                .finalPunctuation, .otherPunctuation:
                true
            default: false
            }
        }
    }

    static func isAccent(_ scalar: Unicode.Scalar) -> Bool { category(scalar) == .nonspacingMark }

    /// Whether the canonical decomposition applies to the scalar.
    static func isDecomposed(_ scalar: Unicode.Scalar) -> Bool { isKnown(scalar, toVersion: 12) }

    /// The canonical combining class.
    static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
        isKnown(scalar, toVersion: 12) ? scalar.properties.canonicalCombiningClass.rawValue : 0
    }

    private static func category(_ scalar: Unicode.Scalar) -> Unicode.GeneralCategory {
        switch scalar.value {
        case 0x166D, 0x1_11C9: .otherPunctuation
        case 0x1734, 0x1_171E: .nonspacingMark
        case 0x1885, 0x1886: .otherLetter
        case 0xA9BD: .spacingMark
        default: isKnown(scalar, toVersion: 8) ? scalar.properties.generalCategory : .unassigned
        }
    }

    private static func isKnown(_ scalar: Unicode.Scalar, toVersion major: Int) -> Bool {
        guard let age = scalar.properties.age else { return false }
        return age.major <= major
    }
}

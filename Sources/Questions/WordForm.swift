extension Word {
    /// All that follows from a word's letters alone, wherever it stands; shared by the texts that have it.
    final class Form: Sendable {
        let written: String
        let lowered: String
        let key: String
        let isPlain: Bool
        let hasDigit: Bool
        let isHyphenated: Bool
        let entry: Lexicon.Entry?
        let traits: Traits
        let loweredSymbol: Symbol
        let keySymbol: Symbol
        /// Its stem, or that of the word of which it is an irregular form.
        let stem: Symbol
        /// The stem of its key.
        let keyStem: Symbol
        /// Its stem without a genitive, and the stems that mean the opposite.
        let pole: Opposites.Pole
        /// From 0 for `the` to 1 for a word that few questions have.
        let rarity: Float
        /// What it says of persons and times, if it is a small word.
        let markers: WordingProfile.Markers

        init(_ written: String) {
            self.written = written
            lowered = Word.lowered(written)
            isPlain = written.utf8.allSatisfy(\.isPlainLetter)
            key = isPlain && lowered != "usa" ? lowered : Word.key(lowered)
            hasDigit = !isPlain && written.utf8.contains(where: \.isDigit)
            isHyphenated = !isPlain && written.utf8.contains(UInt8(ascii: "-"))
            // A genitive is in the lists under its word: `women's`.
            let isGenitive = !isPlain && lowered.hasEnding("'s")
            entry = Lexicon.entry(lowered) ?? (isGenitive ? Lexicon.entry(key) : nil)
            traits = Traits(written, lowered, hasDigit: hasDigit, isHyphenated: isHyphenated, entry?.facts)
            loweredSymbol = Symbol(lowered)
            keySymbol = key == lowered ? loweredSymbol : Symbol(key)
            let base = entry?.facts.base
            let stemmed = Opposites.stem(base ?? lowered)
            stem = Symbol(stemmed)
            keyStem = base == nil && key == lowered ? stem : Symbol(Opposites.stem(key))
            let isOwner = base == nil && isGenitive && !traits.contains(.isSmall)
            pole = Opposites.pole(of: isOwner ? Opposites.stem(key) : stemmed)
            rarity = WordRarity.of(lowered)
            markers = traits.contains(.isSmall) ? WordingProfile.Markers(stemmed) : []
        }

        /// `men` of `men's`, but `it's` as it is.
        var withoutGenitive: String {
            isPlain || traits.contains(.isSmall) || !lowered.hasEnding("'s") ? lowered : key
        }
    }

    /// Which rules a word may matter to: most rules have nothing to look for in most words.
    struct Traits: OptionSet, Sendable {
        let rawValue: UInt16

        /// Whether it carries little of a question's subject.
        static let isSmall = Traits(rawValue: 1 << 0)
        static let isCapitalized = Traits(rawValue: 1 << 1)
        /// Whether a number may begin with it.
        static let mayCount = Traits(rawValue: 1 << 2)
        /// Whether it may be a unit, or have one.
        static let mayMeasure = Traits(rawValue: 1 << 3)
        static let mayDeny = Traits(rawValue: 1 << 4)
        /// Whether it is one of a group of which a question means one.
        static let hasAlternatives = Traits(rawValue: 1 << 5)
        static let isRelation = Traits(rawValue: 1 << 6)
        static let isQuestionWord = Traits(rawValue: 1 << 7)
        /// Whether words before or after it may make a pair with it that has an opposite: `to`, `in`.
        static let mayPair = Traits(rawValue: 1 << 8)
        /// Whether it may turn the word after it round: `stop`, `non`.
        static let mayTurnNext = Traits(rawValue: 1 << 10)
        /// Whether a slash parts it: `either/or`.
        static let hasSlash = Traits(rawValue: 1 << 9)

        init(rawValue: UInt16) { self.rawValue = rawValue }

        init(_ written: String, _ lowered: String, hasDigit: Bool, isHyphenated: Bool, _ facts: Lexicon.Facts?) {
            var traits: Traits = []
            func add(_ trait: Traits, _ has: Bool) { if has { traits.insert(trait) } }
            let isCapitalized = written.unicodeScalars.first?.isUppercaseLetter == true
            add(.isCapitalized, isCapitalized)
            add(.mayCount, hasDigit || isHyphenated || isCapitalized && Quantity.isRoman(written))
            add(.mayMeasure, hasDigit)
            add(.mayDeny, Guard.mayDeny(lowered, facts))
            add(.mayTurnNext, Opposites.mayTurnNext(lowered))
            add(.hasSlash, lowered.utf8.contains(UInt8(ascii: "/")))
            if let facts {
                add(.isSmall, facts.isSmall)
                add(.mayCount, facts.number != nil || facts.day != nil)
                add(.mayMeasure, facts.unit != nil || facts.unitAfterNumber != nil)
                add(.hasAlternatives, !facts.alternatives.isEmpty)
                add(.isRelation, facts.isRelation)
                // Small words all of them.
                add(.isQuestionWord, facts.isSmall && WordingProfile.questionWords.contains(lowered))
                add(.mayPair, facts.isSmall && Opposites.mayPair(lowered))
            }
            self = traits
        }
    }
}

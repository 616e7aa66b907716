import Support
import Testing

@testable import Questions

@Suite struct WordTests {
    private static func read(_ text: String) -> [String] {
        Word.words(of: text).map { ($0.opensSentence ? "^" : "") + $0.written }
    }

    @Test(arguments: [
        ("What is it?", ["^What", "is", "it"]), ("  one,  two;three ", ["^one", "two;three"]),
        ("Stop! Don't go: why not?", ["^Stop", "^Don't", "go", "^why", "not"]),
        ("self-employed -r 'quoted' it's", ["^self-employed", "-r", "quoted", "it's"]),
        ("iphone6, 5kg 1,000 3.5?", ["^iphone6", "5kg", "1,000", "3.5"]), ("?! -- ''", []),
        ("Use vim. Then node.js, C++.", ["^Use", "vim", "^Then", "node.js", "C++"]),
    ])
    func wordsAreWhatStandsBetweenPunctuation(text: String, words: [String]) {
        #expect(Self.read(text) == words)
    }

    /// Most words are read by a shorter way, which a letter beyond ASCII anywhere in the text rules out.
    @Test(arguments: UInt64(1)...6) func bothWaysToReadAWordSeeTheSame(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let signs = Array(" \t\n?!.,:;'\"`-()[]/\\$%#+@_=&<>~^|*{}aAbsSzZ09 ")
        for _ in 0..<1_000 {
            let text =
                Bool.random(using: &random)
                ? randomSentence(using: &random).filter(\.isASCII)
                : String((0..<30).map { _ in signs.randomElement(using: &random)! })
            #expect(Self.read(text) == Self.read(text + " é").dropLast(), "\(text.debugDescription)")
        }
    }

    @Test(arguments: UInt64(1)...3) func whatIsKnownOfAWordIsWhatWouldBeFound(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<300 {
            for word in Word.words(of: randomSentence(using: &random)) {
                let found = Word.Form(word.written)
                #expect(word.lowered == found.lowered && word.key == found.key)
                #expect(word.form.traits == found.traits && word.form.rarity == found.rarity)
                #expect(word.form.stem == found.stem && word.form.keyStem == found.keyStem)
                #expect(word.form.pole.stem == found.pole.stem && word.form.pole.opposites == found.pole.opposites)
            }
        }
    }

    /// A long text is looked through otherwise.
    @Test(arguments: [0, 30, 60, 70, 400]) func oppositesAreFoundInTextsOfAnyLength(count: Int) {
        let rest = String(repeating: "alpha ", count: count)
        for (left, right) in [("open the door", "close the door"), ("log in", "log out"), ("to Rome", "from Rome")] {
            let conflicts = Guard.conflicts(rest + left, rest + right)
            #expect(conflicts.contains { $0.kind == .antonym }, "\(left), \(count)")
            #expect(!Guard.conflicts(rest + left, rest + left + " again").contains { $0.kind == .antonym })
        }
    }
}

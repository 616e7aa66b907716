/// The language of a question, told by its small words or its script.
enum Language: Int, Sendable, CaseIterable {
    case english, german, french, spanish, italian, portuguese, dutch, polish, turkish, swedish
    case russian, greek, arabic, hebrew, hindi, chinese, japanese, korean, thai

    struct Set: OptionSet, Sendable {
        let rawValue: UInt32

        init(rawValue: UInt32) { self.rawValue = rawValue }
        init(_ language: Language) { rawValue = 1 << UInt32(language.rawValue) }
    }

    /// Words that tell a language, at least; one alone is as often a name or a quotation.
    private static let wordsMin = 2

    /// - Returns: nil when too few words tell it, or two languages have as many.
    static func of(_ text: String, _ words: [Word]) -> Language? {
        if let language = byScript(text) { return language }
        // A place for each bit of a set.
        var counts = InlineArray<32, Int>(repeating: 0)
        for word in words {
            var rest = word.form.entry?.facts.languages.rawValue ?? 0
            while rest != 0 {
                counts[rest.trailingZeroBitCount] += 1
                rest &= rest - 1
            }
        }
        var (most, isAlone) = (0, true)
        for place in counts.indices.dropFirst() where counts[place] >= counts[most] {
            isAlone = counts[place] > counts[most]
            most = place
        }
        return isAlone && counts[most] >= wordsMin ? Language(rawValue: most) : nil
    }

    /// The language of a text of which at least half the letters are in one script.
    private static func byScript(_ text: String) -> Language? {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return nil }
        var counts: [Language: Int] = [:]
        var letters = 0
        for scalar in text.unicodeScalars where scalar.isLetter {
            letters += 1
            if let language = script(of: scalar) { counts[language, default: 0] += 1 }
        }
        // Japanese mixes its own letters with Chinese ones.
        if let kana = counts[.japanese] { counts = [.japanese: kana + (counts[.chinese] ?? 0)] }
        let most = counts.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }
        return most.flatMap { $0.value * 2 >= letters ? $0.key : nil }
    }

    private static func script(of scalar: Unicode.Scalar) -> Language? {
        switch scalar.value {
        case 0x0370...0x03FF: .greek
        case 0x0400...0x04FF: .russian
        case 0x0590...0x05FF: .hebrew
        case 0x0600...0x06FF: .arabic
        case 0x0900...0x097F: .hindi
        case 0x0E00...0x0E7F: .thai
        case 0x3040...0x30FF: .japanese
        case 0x4E00...0x9FFF: .chinese
        case 0xAC00...0xD7AF: .korean
        default: nil
        }
    }

    static let byWord: [String: Set] = {
        var byWord: [String: Set] = [:]
        for (language, words) in smallWords {
            for word in words.split(separator: " ") { byWord[String(word), default: []].insert(Set(language)) }
        }
        // In an English sentence `die`, `man` and `to` are English.
        for word in SmallWords.all + englishHomographs { byWord[word] = Set(.english) }
        return byWord
    }()

    /// English words of other languages' lists.
    private static let englishHomographs = [
        "die", "man", "men", "war", "van", "las", "los", "son", "sin", "pay", "hat", "mine", "bin",
    ]

    /// Frequent words, without accents, as words are compared.
    private static let smallWords: [(Language, String)] = [
        (
            .german,
            "der die das den dem des ein eine einen einem einer und ist sind war wie was wer wo wann warum wieso kann "
                + "konnen kannst ich du er sie es wir ihr mein meine meinen meinem meiner mir mich nicht kein keine mit "
                + "fur von zu zum zur im auf aus bei nach uber oder auch noch wird werden habe hat haben muss soll "
                + "welche welcher welches gibt man sich"
        ),
        (
            .french,
            "le la les un une des du de et est sont je tu il elle nous vous ils mon ma mes votre notre ne pas que qui "
                + "quoi quel quelle quels quelles comment pourquoi quand ou combien dans pour avec sur sans au aux par "
                + "puis peut dois est-ce ce cette"
        ),
        (
            .spanish,
            "el la los las un una unos de del y es son yo mi mis su sus tu no que como cual cuales donde cuando cuanto "
                + "cuanta quien por para con sin en al se lo puedo puede hay esta este muy mas"
        ),
        (
            .italian,
            "il lo la gli le un una di del della dei delle e sono io mio mia che chi come cosa quale quali dove quando "
                + "quanto perche per con senza in nel nella al si non posso puo ho hai questo questa"
        ),
        (
            .portuguese,
            "o os as um uma do da dos das e eu meu minha que como qual quais onde quando quanto quem por para com sem em "
                + "no na nos nas ao nao se posso pode esta este voce sao"
        ),
        (
            .dutch,
            "de het een en is zijn ik je jij u hij zij wij mijn uw niet geen wat wie waar wanneer waarom hoe kan kunnen "
                + "met voor van naar op uit bij of ook nog wordt worden heb heeft hebben moet welke deze dit"
        ),
        (
            .polish,
            "jak co kto gdzie kiedy dlaczego czy jest sa nie sie moj moja moje w na do z ze od dla po przez i oraz lub "
                + "moge mozna mam to jaki jaka jakie ile"
        ),
        (
            .turkish,
            "nasil ne kim nerede neden nicin mi mu bir bu ve ile icin var yok olarak daha kac hangi degil benim nedir"
        ),
        (
            .swedish,
            "hur vad vem var nar varfor kan jag du han hon vi ni min mitt mina inte och att ar som en ett med for fran "
                + "till pa av om eller det den har ska vilken vilket"
        ),
    ]
}

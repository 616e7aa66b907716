import Support
import Testing

@testable import Questions

@Suite struct CanonicalTextTests {
    @Test(arguments: [
        ("How do I reset my password?", "how do i reset my password"),
        ("How do I reset my password", "HOW DO I RESET MY PASSWORD?!"),
        ("  How  do\u{A0}I reset my password ?  ", "how do i reset my password"),
        ("How do I reset my password...", "how do i reset my password…"), ("Hello!", "hello"), ("Hello :", "Hello :"),
        ("¿Qué es Debian?", "qué es debian"), ("What's that?", "what’s that"), ("the “best” one", "the \"best\" one"),
        ("5–10 km", "5-10 km"), ("5 − 3", "5 - 3"), ("caf\u{E9}", "cafe\u{301}"),
        ("CAFE\u{301} open now", "café open now"),
        ("re\u{AD}set", "reset"), ("\u{FEFF}reset", "reset"), ("re\u{200B}set", "reset"),
        ("What is c++?", "What is C++"),
        ("how does JavaScript work", "How does javascript work?"), ("What is .NET?", "what is .net"),
        ("Windows won't start", "windows won't start"), ("May I return it?", "may i return it"),
        ("WHAT IS THE US GDP", "what is the us gdp"), ("What is the US GDP?", "what is the US gdp"),
        ("What? Go on.", "what? go on"),
        ("ＷＨＡＴ？", "ｗｈａｔ"), ("Wer ist Ötzi?", "wer ist o\u{308}tzi"), ("a ? ?", "a"), ("x! ?", "x"), ("?", " ? "),
        ("  `ls -a`\n", "`ls -a`"), ("E.g. this one?", "e.g. this one"),
    ])
    func areOne(left: String, right: String) {
        #expect(CanonicalText.of(left) == CanonicalText.of(right))
    }

    @Test(arguments: [
        ("who are we to the US", "who are we to the us"), ("Is U.S. law public", "is us law public"), ("US?", "us?"),
        ("what is IT", "what is it"), ("who is WHO", "who is who"),
        ("ls -a", "ls -A"), ("sort -r", "sort -R"), ("what is /Home", "what is /home"), ("echo $Path", "echo $PATH"),
        ("date %m", "date %M"), ("what does (-R) do", "what does (-r) do"), ("open src/Main", "open src/main"),
        ("write to Bob@x.org", "write to bob@x.org"), ("what is My_Name", "what is my_name"),
        ("is README.md read", "is readme.md read"),
        ("use f(X) now", "use f(x) now"), ("What is C", "What is C++"), ("What is C", "What is C#"),
        ("What is C++", "What is C#"), ("What is .NET", "What is NET"), ("it's red", "its red"),
        ("we're in", "were in"),
        ("can I", "can't I"), ("is it safe", "is it not safe"), ("5 kg", "5.0 kg"), ("10 MB", "10 Mb"),
        ("10MB", "10mb"),
        ("version 2", "version 3"), ("1,000", "1000"), ("the value of G", "the value of g"),
        ("code of 'A'", "code of 'a'"),
        ("who wrote \"It\"", "who wrote \"it\""), ("who wrote \"The Raven\"", "who wrote \"the raven\""),
        ("if x:\n  y", "if x:\ny"), ("a\tb", "a b"), ("`Foo`", "`foo`"), ("x = Y", "x = y"), ("a\\N", "a\\n"),
        ("{A}", "{a}"), ("A|B", "a|b"), ("<B>", "<b>"), ("“a”;", "\"a\";"), ("?", "!"), ("?", ""), ("...", "…"),
        ("", " ! "),
        ("what is !", "what is ."), ("what is ??", "what is ?"), ("what is !important", "what is important"),
        ("cd ..", "cd ."), ("cd ../..", "cd ../."), ("open Windows", "how Windows"),
        ("I open windows", "I open Windows"),
        ("is it turkey", "is it Turkey"), ("polish it", "Polish it now"), ("to-do", "to do"), ("resume", "résumé"),
        ("e-mail", "email"), ("left, right", "left right"), ("a.b", "a b"), ("I", "1"), ("naive", "naïve"),
        ("#Foo", "#foo"), ("~/Mail", "~/mail"), ("ٱ", "ا"), ("x²", "x2"), ("½", "1/2"),
    ])
    func stayApart(left: String, right: String) {
        #expect(CanonicalText.of(left) != CanonicalText.of(right))
    }

    @Test(arguments: [
        ("What is Debian?", "what is debian"), ("", ""), ("  ", ""), ("?!", "?!"), ("?", "?"), (" . ", "."),
        ("US", "US"),
        ("What does `Foo()` do?", "What does `Foo()` do?"), ("WHAT IS G FOR A MB", "what is G for a MB"),
        ("Is “The Raven” short?", "is \"The Raven\" short"), ("Read the README.md!", "read the README.md"),
        ("ls -R /Home.", "ls -R /Home"), ("x\u{0}Y", "x\u{0}y"), ("👩‍🔬 OK?", "👩‍🔬 ok"),
    ])
    func isWrittenSo(question: String, canonical: String) {
        #expect(CanonicalText.of(question) == canonical)
    }

    /// Code is compared to the letter, but for the space around it and its composition.
    @Test func codeIsKept() {
        let code = "def f(X):\n\tif X ==  'É':\n\t\treturn “no”;"
        #expect(CanonicalText.of(" \n" + code + "\n") == code)
        #expect(Array(CanonicalText.of("x = e\u{301}").unicodeScalars) == Array("x = \u{E9}".unicodeScalars))
    }

    @Test(arguments: UInt64(1)...8)
    func doingItTwiceChangesNothing(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<800 {
            let text = randomText(length: 30, using: &random)
            let once = CanonicalText.of(text)
            let twice = CanonicalText.of(once)
            #expect(once.utf8.elementsEqual(twice.utf8), "\(text.debugDescription)")
        }
    }

    @Test(arguments: UInt64(1)...4)
    func spacesAndCompositionNeverCount(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<400 {
            let words = randomSentence(using: &random).split(separator: " ").filter { $0 != "==" && !$0.contains("`") }
            let spaced = "  " + words.joined(separator: "\u{A0} ") + " "
            #expect(CanonicalText.of(spaced) == CanonicalText.of(words.joined(separator: " ")))
        }
    }
}

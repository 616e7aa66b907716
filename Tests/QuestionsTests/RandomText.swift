import Support

/// Scalars of all planes, with those that folding and splitting care about in most places.
func randomText(length: Int, using random: inout SplitMix64) -> String {
    let delicate = Array(
        " \t\n?!.,:;'\"`-–—’“”()[]/\\$%#+@_=&<>¿¡…\u{200B}\u{AD}\u{FEFF}\u{301}\u{323}\u{307}İIiẞßΣςAaSsUuZz09é\u{37E}ǅ٣五"
            .unicodeScalars)
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...length, using: &random) {
        if Int.random(in: 0..<10, using: &random) > 0 {
            text.append(delicate.randomElement(using: &random)!)
        } else if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x11_0000, using: &random)) {
            text.append(scalar)
        }
    }
    return String(text)
}

/// Sentences of words that the rules know, in any order.
func randomSentence(using random: inout SplitMix64) -> String {
    let words = [
        "how", "do", "I", "not", "never", "or", "no", "5", "5kg", "5 lb", "-5", "1,000", "1,000,5", "two", "hundred",
        "twenty-five", "million", "first", "the", "second", "in a second", "May", "may", "Monday", "II", "War I",
        "enable", "disabled", "unlock", "locks", "log in", "log out", "to Paris", "from Paris", "Paris", "Debian", "US",
        "World Health Organization", "WHO", "-r", "-R", "`ls -a`", "\"the raven\"", "C++", "C#", "main.c", "B.Tech",
        "==", "&&", "and", "vs", "than", "better", "dogs", "cats", "bite", "exactly", "a", "it's", "?", "...", "é",
    ]
    return (0..<Int.random(in: 0..<9, using: &random)).map { _ in words.randomElement(using: &random)! }
        .joined(separator: " ")
}

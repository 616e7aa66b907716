extension Guard {
    /// One question has a word where the other has its opposite.
    static func antonyms(_ left: Reading, _ right: Reading) -> Conflict? {
        let leftStems = stems(of: left)
        let rightStems = stems(of: right)
        var question: [String] = []
        var candidate: [String] = []
        for (stem, word) in leftStems where rightStems[stem] == nil {
            for opposite in opposites[stem] ?? [] {
                guard leftStems[opposite] == nil, let other = rightStems[opposite] else { continue }
                question.append(word)
                candidate.append(other)
            }
        }
        guard !question.isEmpty else { return nil }
        return Conflict(.antonym, question: question.sorted(), candidate: candidate.sorted())
    }

    /// The words by their stem.
    private static func stems(of reading: Reading) -> [String: String] {
        Dictionary(reading.words.map { (stem($0.lowered), $0.lowered) }) { first, _ in first }
    }

    /// A word without its inflection, crude but the same for both sides: `enabling`, `enabled`, `enables` → `enabl`.
    private static func stem(_ word: String) -> String {
        var stem = word[...]
        for suffix in ["ing", "ed", "es", "s", "ly"] where stem.count > suffix.count + 2 && stem.hasSuffix(suffix) {
            stem.removeLast(suffix.count)
            break
        }
        if stem.count > 3, let last = stem.last, last == stem.dropLast().last, !"sl".contains(last) {
            stem.removeLast()
        }
        if stem.count > 3, stem.last == "e" { stem.removeLast() }
        return String(stem)
    }

    private static let opposites: [String: Set<String>] = {
        var table: [String: Set<String>] = [:]
        for (left, right) in pairs {
            table[stem(left), default: []].insert(stem(right))
            table[stem(right), default: []].insert(stem(left))
        }
        return table
    }()

    private static let pairs: [(String, String)] = [
        ("enable", "disable"), ("on", "off"), ("install", "uninstall"), ("install", "remove"), ("add", "remove"),
        ("add", "delete"), ("create", "delete"), ("create", "destroy"), ("open", "close"), ("open", "closed"),
        ("start", "stop"), ("start", "finish"), ("start", "end"), ("begin", "end"), ("before", "after"),
        ("buy", "sell"), ("buyer", "seller"), ("minimum", "maximum"), ("min", "max"), ("increase", "decrease"),
        ("increase", "reduce"), ("raise", "lower"), ("raise", "reduce"), ("gain", "lose"), ("win", "lose"),
        ("import", "export"), ("upload", "download"), ("upgrade", "downgrade"), ("encrypt", "decrypt"),
        ("encode", "decode"), ("compress", "decompress"), ("compress", "extract"), ("lock", "unlock"),
        ("block", "unblock"), ("mute", "unmute"), ("hide", "show"), ("hide", "unhide"), ("allow", "deny"),
        ("allow", "forbid"), ("allow", "block"), ("accept", "reject"), ("accept", "decline"), ("approve", "reject"),
        ("subscribe", "unsubscribe"), ("follow", "unfollow"), ("connect", "disconnect"), ("attach", "detach"),
        ("mount", "unmount"), ("mount", "umount"), ("activate", "deactivate"), ("register", "unregister"),
        ("login", "logout"), ("join", "leave"), ("enter", "exit"), ("enter", "leave"), ("push", "pull"),
        ("push", "pop"), ("send", "receive"), ("borrow", "lend"), ("deposit", "withdraw"), ("credit", "debit"),
        ("hire", "fire"), ("arrive", "depart"), ("arrival", "departure"), ("inbound", "outbound"),
        ("incoming", "outgoing"), ("input", "output"), ("internal", "external"), ("inside", "outside"),
        ("indoor", "outdoor"), ("above", "below"), ("over", "under"), ("up", "down"), ("left", "right"),
        ("first", "last"), ("top", "bottom"), ("front", "back"), ("high", "low"), ("higher", "lower"),
        ("highest", "lowest"), ("more", "less"), ("more", "fewer"), ("most", "least"), ("large", "small"),
        ("larger", "smaller"), ("largest", "smallest"), ("big", "small"), ("bigger", "smaller"), ("long", "short"),
        ("longer", "shorter"), ("longest", "shortest"), ("fast", "slow"), ("faster", "slower"), ("early", "late"),
        ("earlier", "later"), ("old", "new"), ("older", "newer"), ("oldest", "newest"), ("best", "worst"),
        ("better", "worse"), ("good", "bad"), ("right", "wrong"), ("true", "false"), ("cheap", "expensive"),
        ("hot", "cold"), ("light", "dark"), ("light", "heavy"), ("strong", "weak"), ("hard", "soft"),
        ("easy", "hard"), ("easy", "difficult"), ("legal", "illegal"), ("safe", "unsafe"), ("safe", "dangerous"),
        ("public", "private"), ("male", "female"), ("man", "woman"), ("men", "women"), ("boy", "girl"),
        ("husband", "wife"), ("mother", "father"), ("son", "daughter"), ("brother", "sister"),
        ("ascending", "descending"), ("horizontal", "vertical"), ("positive", "negative"), ("pro", "con"),
        ("advantage", "disadvantage"), ("benefit", "drawback"), ("benefit", "risk"), ("include", "exclude"),
        ("with", "without"), ("always", "never"), ("all", "none"), ("everything", "nothing"), ("day", "night"),
        ("morning", "evening"), ("today", "tomorrow"), ("today", "yesterday"), ("yesterday", "tomorrow"),
        ("weekday", "weekend"), ("monthly", "yearly"), ("monthly", "annual"), ("daily", "weekly"),
        ("weekly", "monthly"), ("domestic", "international"), ("north", "south"), ("east", "west"),
        ("stable", "unstable"), ("stable", "testing"), ("testing", "unstable"), ("free", "paid"),
        ("manual", "automatic"), ("manually", "automatically"), ("online", "offline"), ("source", "binary"),
        ("client", "server"), ("read", "write"), ("save", "discard"), ("keep", "discard"), ("keep", "delete"),
        ("freeze", "unfreeze"), ("pause", "resume"), ("expand", "collapse"), ("zip", "unzip"), ("pack", "unpack"),
        ("wrap", "unwrap"), ("load", "unload"), ("plug", "unplug"), ("backup", "restore"), ("lossless", "lossy"),
        ("sync", "async"), ("synchronous", "asynchronous"), ("static", "dynamic"), ("mutable", "immutable"),
        ("local", "remote"), ("parent", "child"), ("ancestor", "descendant"), ("absolute", "relative"),
        ("vegetarian", "meat"), ("import", "exports"), ("love", "hate"), ("like", "dislike"), ("alive", "dead"),
        ("ask", "answer"), ("cause", "cure"), ("cause", "prevent"), ("employer", "employee"), ("refund", "charge"),
        ("teacher", "student"), ("doctor", "patient"), ("landlord", "tenant"), ("lender", "borrower"),
    ]
}

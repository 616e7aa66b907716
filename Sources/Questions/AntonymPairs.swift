/// Pairs of words that turn a question round. Opposites made by `un`, `dis` and `non` need no entry,
/// nor do those that the rule of negation finds: always and never, with and without.
enum AntonymPairs {
    static let all = actions + positions + qualities + people + times + computing

    private static let actions: [(String, String)] = [
        ("enable", "disable"), ("add", "remove"), ("add", "delete"), ("install", "remove"), ("create", "delete"),
        ("create", "destroy"), ("open", "close"), ("start", "stop"), ("start", "finish"), ("start", "end"),
        ("begin", "end"), ("buy", "sell"), ("increase", "decrease"), ("increase", "reduce"), ("raise", "lower"),
        ("raise", "reduce"), ("gain", "lose"), ("win", "lose"), ("import", "export"), ("upload", "download"),
        ("upgrade", "downgrade"), ("encrypt", "decrypt"), ("encode", "decode"), ("compress", "decompress"),
        ("compress", "extract"), ("hide", "show"), ("allow", "deny"), ("allow", "forbid"), ("allow", "block"),
        ("accept", "reject"), ("accept", "decline"), ("approve", "reject"), ("attach", "detach"), ("mount", "umount"),
        ("activate", "deactivate"), ("login", "logout"), ("join", "leave"), ("enter", "exit"), ("enter", "leave"),
        ("push", "pull"), ("push", "pop"), ("send", "receive"), ("borrow", "lend"), ("deposit", "withdraw"),
        ("hire", "fire"), ("arrive", "depart"), ("include", "exclude"), ("save", "discard"), ("keep", "discard"),
        ("keep", "delete"), ("pause", "resume"), ("expand", "collapse"), ("backup", "restore"), ("love", "hate"),
        ("ask", "answer"), ("cause", "cure"), ("cause", "prevent"), ("read", "write"), ("increment", "decrement"),
    ]

    private static let positions: [(String, String)] = [
        ("on", "off"), ("up", "down"), ("inside", "outside"), ("indoor", "outdoor"), ("above", "below"),
        ("over", "under"), ("left", "right"), ("top", "bottom"), ("front", "back"), ("internal", "external"),
        ("inbound", "outbound"), ("incoming", "outgoing"), ("input", "output"), ("horizontal", "vertical"),
        ("north", "south"), ("east", "west"), ("northern", "southern"), ("eastern", "western"),
        ("domestic", "international"), ("local", "remote"), ("ascending", "descending"),
    ]

    private static let qualities: [(String, String)] = [
        ("minimum", "maximum"), ("min", "max"), ("minimize", "maximize"), ("high", "low"), ("higher", "lower"),
        ("highest", "lowest"), ("more", "less"), ("more", "fewer"), ("most", "least"), ("large", "small"),
        ("larger", "smaller"), ("largest", "smallest"), ("big", "small"), ("bigger", "smaller"),
        ("biggest", "smallest"), ("long", "short"), ("longer", "shorter"), ("longest", "shortest"), ("fast", "slow"),
        ("faster", "slower"), ("fastest", "slowest"), ("old", "new"), ("older", "newer"), ("old", "young"),
        ("older", "younger"), ("oldest", "newest"), ("oldest", "youngest"), ("best", "worst"), ("better", "worse"),
        ("good", "bad"), ("good", "evil"), ("right", "wrong"), ("true", "false"), ("cheap", "expensive"),
        ("cheapest", "costliest"), ("hot", "cold"), ("light", "dark"), ("light", "heavy"), ("strong", "weak"),
        ("hard", "soft"), ("easy", "hard"), ("easy", "difficult"), ("rich", "poor"), ("happy", "sad"), ("wet", "dry"),
        ("thick", "thin"), ("deep", "shallow"), ("wide", "narrow"), ("fat", "thin"), ("empty", "full"),
        ("safe", "dangerous"), ("legal", "illegal"), ("possible", "impossible"), ("visible", "invisible"),
        ("valid", "invalid"), ("correct", "incorrect"), ("complete", "incomplete"), ("regular", "irregular"),
        ("public", "private"), ("positive", "negative"), ("pros", "cons"), ("benefit", "drawback"), ("benefit", "risk"),
        ("strength", "weakness"), ("alive", "dead"), ("free", "paid"), ("manual", "automatic"),
        ("introvert", "extrovert"),
    ]

    private static let people: [(String, String)] = [
        ("male", "female"), ("man", "woman"), ("men", "women"), ("boy", "girl"), ("boyfriend", "girlfriend"),
        ("husband", "wife"), ("mother", "father"), ("mom", "dad"), ("son", "daughter"), ("brother", "sister"),
        ("king", "queen"), ("uncle", "aunt"), ("buyer", "seller"), ("employer", "employee"), ("landlord", "tenant"),
        ("lender", "borrower"), ("teacher", "student"), ("doctor", "patient"), ("friend", "enemy"), ("parent", "child"),
        ("parents", "children"), ("ancestor", "descendant"),
    ]

    private static let times: [(String, String)] = [
        ("before", "after"), ("first", "last"), ("early", "late"), ("earlier", "later"), ("day", "night"),
        ("morning", "evening"), ("today", "tomorrow"), ("today", "yesterday"), ("yesterday", "tomorrow"),
        ("past", "future"), ("next", "previous"), ("next", "last"), ("weekday", "weekend"), ("monthly", "yearly"),
        ("monthly", "annual"), ("daily", "weekly"), ("daily", "monthly"), ("weekly", "monthly"),
        ("arrival", "departure"), ("winter", "summer"), ("temporary", "permanent"),
    ]

    private static let computing: [(String, String)] = [
        ("online", "offline"), ("client", "server"), ("lossless", "lossy"), ("sync", "async"),
        ("synchronous", "asynchronous"), ("static", "dynamic"), ("mutable", "immutable"), ("absolute", "relative"),
        ("symmetric", "asymmetric"), ("credit", "debit"), ("hardware", "software"), ("uppercase", "lowercase"),
        ("frontend", "backend"),
    ]

    /// Forms that no ending tells.
    static let irregular: [String: String] = [
        "bought": "buy", "sold": "sell", "won": "win", "lost": "lose", "sent": "send", "kept": "keep", "began": "begin",
        "begun": "begin", "hid": "hide", "hidden": "hide", "wrote": "write", "written": "write", "shown": "show",
        "lent": "lend", "withdrew": "withdraw", "withdrawn": "withdraw",
    ]
}

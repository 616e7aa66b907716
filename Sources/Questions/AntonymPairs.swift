/// Pairs of words that turn a question round. Opposites made by `un`, `dis` and `non` need no entry,
/// nor do those that the rule of negation finds: always and never, with and without.
enum AntonymPairs {
    static let all = actions + positions + qualities + people + times + computing + german

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
        ("eat", "avoid"), ("take", "avoid"), ("use", "avoid"), ("drink", "avoid"), ("buy", "avoid"), ("visit", "avoid"),
        ("wear", "avoid"), ("choose", "avoid"), ("cover", "exclude"), ("allow", "ban"), ("allow", "prohibit"),
        ("permit", "ban"), ("permit", "prohibit"), ("permit", "forbid"), ("enable", "block"), ("mute", "unmute"),
        ("follow", "unfollow"), ("subscribe", "unsubscribe"), ("freeze", "thaw"), ("freeze", "melt"),
        ("boil", "freeze"),
        ("grow", "shrink"), ("rise", "fall"), ("ascend", "descend"), ("inhale", "exhale"), ("float", "sink"),
        ("attack", "defend"), ("praise", "criticize"), ("promote", "demote"), ("invest", "divest"), ("earn", "spend"),
        ("save", "spend"), ("teach", "learn"), ("remember", "forget"), ("succeed", "fail"), ("pass", "fail"),
        ("maximize", "reduce"), ("strengthen", "weaken"), ("tighten", "loosen"),
        ("fill", "drain"), ("charge", "discharge"), ("pack", "unpack"), ("zip", "unzip"), ("wind", "unwind"),
        ("connect", "disconnect"), ("merge", "split"), ("combine", "separate"), ("attract", "repel"),
        ("agree", "disagree"),
        ("like", "dislike"), ("trust", "distrust"), ("qualify", "disqualify"), ("stay", "leave"), ("give", "receive"),
        ("support", "oppose"), ("minimize", "increase"), ("boost", "reduce"),
        ("boost", "lower"), ("improve", "worsen"), ("build", "demolish"), ("wake", "sleep"),
        ("archive", "restore"), ("commit", "revert"), ("deploy", "rollback"), ("register", "unregister"),
        ("reply", "forward"), ("renew", "cancel"), ("book", "cancel"), ("subscribe", "cancel"),
        ("multiply", "divide"), ("add", "subtract"), ("grant", "revoke"), ("serialize", "deserialize"),
        ("allocate", "deallocate"), ("publish", "unpublish"), ("immigrate", "emigrate"), ("immigration", "emigration"),
    ]

    private static let positions: [(String, String)] = [
        ("on", "off"), ("up", "down"), ("inside", "outside"), ("indoor", "outdoor"), ("above", "below"),
        ("over", "under"), ("left", "right"), ("top", "bottom"), ("front", "back"), ("internal", "external"),
        ("inbound", "outbound"), ("incoming", "outgoing"), ("input", "output"), ("horizontal", "vertical"),
        ("north", "south"), ("east", "west"), ("northern", "southern"), ("eastern", "western"),
        ("domestic", "international"), ("local", "remote"), ("ascending", "descending"),
        ("within", "after"), ("upstairs", "downstairs"), ("upstream", "downstream"), ("interior", "exterior"),
        ("inner", "outer"), ("upper", "lower"), ("urban", "rural"), ("near", "far"), ("forward", "backward"),
        ("forwards", "backwards"), ("clockwise", "counterclockwise"), ("clockwise", "anticlockwise"),
        ("overground", "underground"), ("onshore", "offshore"), ("inpatient", "outpatient"),
        ("prefix", "suffix"), ("header", "footer"), ("sunrise", "sunset"), ("dawn", "dusk"),
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
        ("busy", "quiet"), ("loud", "quiet"), ("noisy", "quiet"), ("spicy", "mild"), ("sweet", "sour"),
        ("sharp", "blunt"),
        ("tall", "short"), ("clean", "dirty"), ("tight", "loose"), ("smooth", "rough"), ("simple", "complex"),
        ("simple", "complicated"), ("rare", "common"), ("rare", "frequent"), ("fresh", "stale"), ("raw", "cooked"),
        ("strict", "lenient"), ("solid", "liquid"), ("mandatory", "optional"), ("required", "optional"),
        ("compulsory", "optional"), ("formal", "casual"), ("formal", "informal"), ("active", "passive"),
        ("active", "inactive"), ("direct", "indirect"), ("gross", "net"), ("explicit", "implicit"), ("major", "minor"),
        ("superior", "inferior"), ("shy", "outgoing"), ("optimist", "pessimist"), ("optimistic", "pessimistic"),
        ("majority", "minority"), ("wholesale", "retail"), ("lowest", "maximum"), ("highest", "minimum"),
        ("guilty", "innocent"), ("beautiful", "ugly"), ("pretty", "ugly"), ("lucky", "unlucky"),
        ("advantage", "disadvantage"), ("advantage", "drawback"), ("pros", "drawback"), ("benefit", "downside"),
        ("benefit", "disadvantage"), ("upside", "downside"), ("success", "failure"),
        ("profit", "loss"), ("asset", "liability"), ("supply", "demand"), ("income", "expense"), ("love", "hatred"),
        ("war", "peace"), ("heaven", "hell"), ("theory", "practice"), ("theist", "atheist"), ("odd", "even"),
        ("concave", "convex"), ("opaque", "transparent"), ("renewable", "nonrenewable"), ("used", "new"),
        ("secondhand", "new"), ("toxic", "harmless"), ("harmful", "harmless"), ("useful", "useless"),
        ("hopeful", "hopeless"), ("careful", "careless"), ("painful", "painless"),
    ]

    private static let people: [(String, String)] = [
        ("male", "female"), ("man", "woman"), ("men", "women"), ("boy", "girl"), ("boyfriend", "girlfriend"),
        ("husband", "wife"), ("mother", "father"), ("mom", "dad"), ("son", "daughter"), ("brother", "sister"),
        ("king", "queen"), ("uncle", "aunt"), ("buyer", "seller"), ("employer", "employee"), ("landlord", "tenant"),
        ("lender", "borrower"), ("teacher", "student"), ("doctor", "patient"), ("friend", "enemy"), ("parent", "child"),
        ("parents", "children"), ("ancestor", "descendant"),
        ("guy", "girl"), ("gentleman", "lady"), ("grandfather", "grandmother"), ("nephew", "niece"), ("groom", "bride"),
        ("actor", "actress"), ("waiter", "waitress"), ("hero", "villain"), ("winner", "loser"), ("victim", "attacker"),
        ("sender", "recipient"), ("sender", "receiver"), ("customer", "supplier"), ("guest", "host"),
        ("interviewer", "interviewee"), ("trainer", "trainee"), ("leader", "follower"), ("debtor", "creditor"),
        ("plaintiff", "defendant"), ("predator", "prey"), ("beginner", "expert"), ("amateur", "professional"),
    ]

    private static let times: [(String, String)] = [
        ("before", "after"), ("first", "last"), ("early", "late"), ("earlier", "later"), ("day", "night"),
        ("morning", "evening"), ("today", "tomorrow"), ("today", "yesterday"), ("yesterday", "tomorrow"),
        ("past", "future"), ("next", "previous"), ("next", "last"), ("weekday", "weekend"), ("monthly", "yearly"),
        ("monthly", "annual"), ("daily", "weekly"), ("daily", "monthly"), ("weekly", "monthly"),
        ("arrival", "departure"), ("winter", "summer"), ("temporary", "permanent"), ("noon", "midnight"),
        ("present", "past"), ("present", "future"),
        ("ancient", "modern"), ("oldest", "latest"), ("first", "latest"), ("beginning", "end"), ("birth", "death"),
        ("life", "death"), ("earliest", "latest"), ("sooner", "later"), ("prenatal", "postnatal"),
        ("prewar", "postwar"),
        ("prior", "after"), ("pre", "post"), ("peak", "off-peak"),
    ]

    private static let computing: [(String, String)] = [
        ("online", "offline"), ("client", "server"), ("lossless", "lossy"), ("sync", "async"),
        ("synchronous", "asynchronous"), ("static", "dynamic"), ("mutable", "immutable"), ("absolute", "relative"),
        ("symmetric", "asymmetric"), ("credit", "debit"), ("hardware", "software"), ("uppercase", "lowercase"),
        ("frontend", "backend"), ("serial", "parallel"), ("stateful", "stateless"), ("readable", "writable"),
        ("plaintext", "ciphertext"), ("encryption", "decryption"), ("signed", "unsigned"),
        ("inclusive", "exclusive"), ("getter", "setter"), ("portrait", "landscape"), ("wired", "wireless"),
        ("prepaid", "postpaid"),
        ("analog", "digital"), ("compile", "interpret"), ("compiled", "interpreted"), ("inbox", "outbox"),
        ("ingress", "egress"), ("whitelist", "blacklist"), ("allowlist", "denylist"), ("single", "married"),
        ("single", "multiple"), ("singular", "plural"), ("big-endian", "little-endian"),
        ("left-handed", "right-handed"),
    ]

    private static let german: [(String, String)] = [
        ("aktivieren", "deaktivieren"), ("installieren", "deinstallieren"), ("kaufen", "verkaufen"),
        ("offnen", "schliessen"), ("einschalten", "ausschalten"), ("anmelden", "abmelden"), ("einloggen", "ausloggen"),
        ("importieren", "exportieren"), ("hochladen", "herunterladen"), ("erhohen", "senken"),
        ("erhohen", "verringern"),
        ("minimal", "maximal"), ("mindestens", "hochstens"), ("vorher", "nachher"), ("vorteile", "nachteile"),
        ("anfang", "ende"), ("links", "rechts"), ("oben", "unten"), ("hinzufugen", "entfernen"), ("mehr", "weniger"),
        ("grosser", "kleiner"), ("morgens", "abends"), ("heute", "morgen"), ("heute", "gestern"),
        ("mieter", "vermieter"),
        ("verschlusseln", "entschlusseln"), ("sperren", "entsperren"), ("senden", "empfangen"),
        ("einzahlen", "abheben"),
    ]

    /// Forms that no ending tells.
    static let irregular: [String: String] = [
        "bought": "buy", "sold": "sell", "won": "win", "lost": "lose", "sent": "send", "kept": "keep", "began": "begin",
        "begun": "begin", "hid": "hide", "hidden": "hide", "wrote": "write", "written": "write", "shown": "show",
        "lent": "lend", "withdrew": "withdraw", "withdrawn": "withdraw",
    ]
}

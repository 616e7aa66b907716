/// Words that ask for the same when one stands for the other, so that a sentence that differs in them alone is about
/// nothing else.
enum Synonyms {
    static let byWord: [String: String] = {
        var byWord: [String: String] = [:]
        for group in groups {
            let words = group.split(separator: " ").map(String.init)
            for word in words { byWord[word] = words[0] }
        }
        return byWord
    }()

    private static let groups = [
        "smart intelligent clever bright", "film movie", "buy purchase", "begin start", "end finish", "job work career",
        "big large huge", "quick fast rapid", "kid child", "kids children", "cellphone mobile phone smartphone",
        "car automobile vehicle", "picture photo image photograph", "pictures photos images photographs",
        "trip journey",
        "university college", "company firm business", "companies firms businesses", "shop store", "flat apartment",
        "holiday vacation", "holidays vacations", "doctor physician", "attorney lawyer", "salary pay wage income",
        "city town", "country nation", "money cash", "password passcode", "bug error defect issue problem",
        "fee charge cost price",
        "fees charges costs prices", "laptop notebook", "email mail e-mail", "website site webpage", "app application",
        "apps applications", "answer reply response", "answers replies responses", "method way approach technique",
        "ways methods tips techniques steps", "books novels", "significance importance meaning", "purpose use point",
        "benefit advantage", "benefits advantages pros", "disadvantages drawbacks cons", "effect impact influence",
        "effects impacts consequences", "reason cause", "reasons causes", "weight fat", "loo toilet bathroom restroom",
        "luggage baggage", "parcel package", "order purchase", "account profile", "life lives", "people person persons",
        "world earth globe", "future coming", "mind head brain", "college university school", "beginner novice newbie",
        "beginners novices newbies", "usa us america", "uk britain", "girl woman", "girls women", "boy man guy",
        "boys men guys", "depression sadness", "exam test", "exams tests", "language languages", "place location spot",
    ]
}

/// A word of a group of which a question means one: who asks about cats wants no answer about dogs.
struct Alternative: Hashable, Sendable {
    /// The group's number.
    let group: Int
    /// What the word is called in the group: `kids` is `child`.
    let member: String
    /// As it was written.
    var written = ""

    /// Examined of one text: each is looked for among all of the other, and no question has so many.
    private static let alternativesMax = 64

    static func all(in words: [Word]) -> [Alternative] {
        var all: [Alternative] = []
        for word in words where word.form.traits.contains(.hasAlternatives) && all.count < alternativesMax {
            for alternative in word.facts?.alternatives ?? [] {
                all.append(Alternative(group: alternative.group, member: alternative.member, written: word.lowered))
            }
        }
        return Array(all.prefix(alternativesMax))
    }

    /// Every word of a group, its plurals too.
    static let byWord: [String: [Alternative]] = {
        var byWord: [String: [Alternative]] = [:]
        for (group, members) in AlternativeGroups.all.enumerated() {
            let words = members.split(separator: " ").map { $0.split(separator: "=").map(String.init) }
            let listed = Set(words.joined())
            for member in words {
                let alternative = Alternative(group: group, member: member[0])
                // `https` is no plural of `http`.
                let plurals = member.map { $0 + "s" }.filter { !listed.contains($0) && !$0.hasSuffix("ss") }
                for word in member + plurals { byWord[word, default: []].append(alternative) }
            }
        }
        return byWord
    }()
}

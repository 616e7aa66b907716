/// Two words and what relates them: `rome to paris`. The words are compared without their endings.
struct Role: Hashable, Sendable {
    let before: String
    let relation: String
    let after: String

    var exchanged: Role { Role(before: after, relation: relation, after: before) }

    /// Words around which two that change places change what is asked.
    static let relations = ["to", "into", "than", "from", "over", "against", "before", "after", "under", "within"]

    /// A longer text is no sentence whose words could change places.
    private static let wordsMax = 64

    /// The roles in a text, each with its words.
    static func all(in words: [Word]) -> [Role: [String]] {
        guard words.count <= wordsMax else { return [:] }
        var roles: [Role: [String]] = [:]
        for index in words.indices where words[index].form.traits.contains(.isRelation) {
            let relation = words[index].lowered
            guard let after = words[(index + 1)...].first(where: { !$0.isSmall }) else { continue }
            // Before `than` stands what is compared, and before that what compares: `oak is harder than pine`.
            let count = relation == "than" ? 3 : 1
            for before in words[..<index].reversed().lazy.filter({ !$0.isSmall }).prefix(count) {
                let role = Role(
                    before: Opposites.stem(before.key), relation: relation, after: Opposites.stem(after.key))
                if role.before != role.after { roles[role] = [before.lowered, relation, after.lowered] }
            }
        }
        return roles
    }
}

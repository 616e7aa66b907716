/// How rare a word is among questions.
enum WordRarity {
    /// 0 for a word that most questions have, 1 for one that few have or that the table does not hold.
    static func of(_ lowered: String) -> Float { rarities[lowered] ?? 1 }

    /// The words of the table.
    static var words: some Sequence<String> { rarities.keys }

    /// The table's lines are levels of equal steps, the commonest words first.
    private static let rarities: [String: Float] = {
        let levels = table.split(separator: "\n", omittingEmptySubsequences: false)
        var rarities: [String: Float] = [:]
        for (level, line) in levels.enumerated() {
            for word in line.split(separator: " ") { rarities[String(word)] = Float(level) / Float(levels.count) }
        }
        return rarities
    }()
}

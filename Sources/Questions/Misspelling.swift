/// Tells a slip of the finger from another word.
enum Misspelling {
    /// Words shorter than this differ too often by one letter: `cat`, `cut`; `Iran`, `Iraq`.
    private static let lettersMin = 6

    /// Whether one letter was left out, doubled, replaced, or exchanged with its neighbour, after the first one.
    static func isLikely(_ left: String, _ right: String) -> Bool {
        let (short, long) = left.utf8.count <= right.utf8.count ? (left.utf8, right.utf8) : (right.utf8, left.utf8)
        guard short.count >= lettersMin, long.count - short.count <= 1, short.first == long.first else { return false }
        let common = zip(short, long).prefix { $0 == $1 }.count
        let rest = Array(short.dropFirst(common))
        let other = Array(long.dropFirst(common))
        if rest.count < other.count { return rest[...] == other.dropFirst() }
        if rest.dropFirst() == other.dropFirst() { return true }
        return rest.count >= 2 && rest[0] == other[1] && rest[1] == other[0] && rest.dropFirst(2) == other.dropFirst(2)
    }
}

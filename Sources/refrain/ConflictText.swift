import JSON

/// What differs between two questions, as the routes tell it and a person reads it.
enum ConflictText {
    /// `number differs (12 / 11)`
    static func of(_ conflict: JSONValue) -> String {
        func words(_ side: String) -> String {
            let words = (conflict[side]?.array ?? []).compactMap(\.string)
            return words.isEmpty ? "none" : words.joined(separator: " ")
        }
        return "\(conflict["kind"]?.string ?? "?") differs (\(words("question")) / \(words("candidate")))"
    }
}

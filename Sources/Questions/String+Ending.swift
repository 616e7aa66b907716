extension Substring {
    /// `hasSuffix` for an ending of letters and signs of ASCII, by bytes where these tell: the standard one goes by
    /// characters, and a reading asks for a dozen endings of each word.
    func hasEnding(_ ending: String) -> Bool {
        var bytes = utf8
        for byte in ending.utf8.reversed() where bytes.popLast() != byte { return false }
        // What stands before may have the ending's first sign in its own character.
        guard let before = bytes.last else { return true }
        return before < 0x80 || hasSuffix(ending)
    }

    /// `removeLast` for letters and signs of ASCII that stand at the end, by bytes where these tell.
    mutating func removeEnding(_ count: Int) {
        let rest = utf8.dropLast(count)
        if rest.last ?? 0 < 0x80 { self = Substring(rest) } else { removeLast(count) }
    }
}

extension String {
    /// See `Substring.hasEnding`.
    func hasEnding(_ ending: String) -> Bool { self[...].hasEnding(ending) }
}

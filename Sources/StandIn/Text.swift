extension String {
    /// Lower-cased and without space at its ends: how the stand-in compares questions.
    package var compared: String { lowercased().trimmed }

    /// Without white space at its ends.
    package var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    /// The stand-in's count of tokens: UTF-8 bytes ÷ 4, rounded up. A real tokenizer counts otherwise.
    package var standInTokens: Int { (utf8.count + 3) / 4 }
}

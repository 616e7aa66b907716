/// Cuts a long text into parts.
enum TextParts {
    /// Parts of at most so many tokens, estimated; put together they are the text. A part ends after a line where it
    /// can, else after a space, else between two characters.
    static func split(_ text: String, tokensMax: Int) -> [String] {
        let bytesMax = tokensMax * 4
        var parts: [String] = []
        var rest = text[...]
        while rest.utf8.count > bytesMax {
            let limit = rest.utf8.index(rest.startIndex, offsetBy: bytesMax)
            var end = rest.startIndex
            var (lineEnd, wordEnd): (String.Index?, String.Index?) = (nil, nil)
            while end < rest.endIndex {
                let next = rest.index(after: end)
                // One character may be larger than a part; it makes a part of its own.
                guard next <= limit || end == rest.startIndex else { break }
                if rest[end].isNewline { lineEnd = next } else if rest[end].isWhitespace { wordEnd = next }
                end = next
            }
            let cut = lineEnd ?? wordEnd ?? end
            parts.append(String(rest[..<cut]))
            rest = rest[cut...]
        }
        if !rest.isEmpty || parts.isEmpty { parts.append(String(rest)) }
        return parts
    }
}

import Support

/// The tokenizer of BERT models: text → token ids, as the `tokenizers` reference gives them.
struct WordPiece: Sendable {
    let vocabulary: Vocabulary

    /// The ids with [CLS] in front and [SEP] behind, cut to `Limits.tokensPerTextMax` in total.
    func encode(_ text: String) -> [Int32] {
        let idsMax = Limits.tokensPerTextMax - 1
        var ids = [vocabulary.classification]
        ids.reserveCapacity(32)
        var tokenizer = BasicTokenizer()
        var rest = text.unicodeScalars[...]
        while ids.count < idsMax, let scalar = rest.first {
            if scalar == "[", let special = special(at: rest.startIndex, in: text) {
                tokenizer.endWord { append($0, to: &ids) }
                ids.append(special.id)
                rest = rest[text.utf8.index(rest.startIndex, offsetBy: special.length)...]
            } else {
                tokenizer.read(scalar) { append($0, to: &ids) }
                rest.removeFirst()
            }
        }
        tokenizer.endWord { append($0, to: &ids) }
        if ids.count > idsMax { ids.removeLast(ids.count - idsMax) }
        ids.append(vocabulary.separator)
        return ids
    }

    /// A special token spelled out in the text; the reference takes it for the token itself.
    private func special(at index: String.Index, in text: String) -> (id: Int32, length: Int)? {
        let rest = text.utf8[index...]
        for special in vocabulary.specials where rest.starts(with: special.text) {
            return (special.id, special.text.count)
        }
        return nil
    }

    /// Cuts a word into the longest pieces from its start; a word that cannot be cut is unknown as a whole.
    private func append(_ word: BasicTokenizer.Word, to ids: inout [Int32]) {
        guard word.scalars <= BasicTokenizer.Word.scalarsMax else { return ids.append(vocabulary.unknown) }
        let start = ids.count
        var rest = word.bytes[...]
        while !rest.isEmpty {
            guard let piece = vocabulary.longestPiece(rest, continues: ids.count > start) else {
                ids.removeLast(ids.count - start)
                ids.append(vocabulary.unknown)
                return
            }
            ids.append(piece.id)
            rest = rest.dropFirst(piece.length)
        }
    }
}

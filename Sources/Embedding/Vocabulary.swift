/// The word pieces of a `vocab.txt`, one a line, its number the token's id, held as a trie over UTF-8 bytes.
///
/// Bytes are compared, never `String`s: those hold é and e + ◌́ for equal, the model does not.
struct Vocabulary: Sendable {
    let count: Int
    let unknown: Int32
    let classification: Int32
    let separator: Int32
    /// The texts that stand for a token by themselves wherever they occur, with their ids.
    let specials: [(text: [UInt8], id: Int32)]

    private enum Root {
        static let wordStart: UInt32 = 0
        static let continuation: UInt32 = 1
    }
    /// (node << 8 | byte) → node.
    private var children: [UInt32: UInt32] = [:]
    /// The id of the piece that ends at a node, -1 for none.
    private var ids: [Int32] = [-1, -1]

    /// - Throws: a reason when a token that the model needs is missing.
    init(_ text: [UInt8], path: String) throws(EmbeddingError) {
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        count = lines.count
        var specials: [(text: [UInt8], id: Int32)] = []
        for name in ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] {
            guard let id = lines.firstIndex(where: { $0.elementsEqual(name.utf8) }) else {
                throw .damaged(path, "it has no token \(name)")
            }
            specials.append((Array(name.utf8), Int32(id)))
        }
        self.specials = specials
        unknown = specials[1].id
        classification = specials[2].id
        separator = specials[3].id
        children.reserveCapacity(lines.count * 4)
        for (id, line) in lines.enumerated() {
            if line.starts(with: "##".utf8), line.count > 2 {
                insert(line.dropFirst(2), at: Root.continuation, id: Int32(id))
            } else {
                insert(line, at: Root.wordStart, id: Int32(id))
            }
        }
    }

    private mutating func insert(_ piece: ArraySlice<UInt8>, at root: UInt32, id: Int32) {
        var node = root
        for byte in piece {
            let key = node << 8 | UInt32(byte)
            if let child = children[key] {
                node = child
            } else {
                let child = UInt32(ids.count)
                children[key] = child
                ids.append(-1)
                node = child
            }
        }
        ids[Int(node)] = id
    }

    /// The longest piece at the start of the bytes, nil when there is none.
    ///
    /// - Parameter continues: whether the bytes follow another piece of the same word.
    func longestPiece(_ bytes: ArraySlice<UInt8>, continues: Bool) -> (id: Int32, length: Int)? {
        var node = continues ? Root.continuation : Root.wordStart
        var longest: (id: Int32, length: Int)?
        for index in bytes.indices {
            guard let child = children[node << 8 | UInt32(bytes[index])] else { break }
            node = child
            let id = ids[Int(node)]
            if id >= 0 { longest = (id, index + 1 - bytes.startIndex) }
        }
        return longest
    }
}

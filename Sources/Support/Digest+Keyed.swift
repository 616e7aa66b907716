extension Digest {
    /// HMAC-SHA-256 (RFC 2104): a digest that nobody can compare guesses with who has not the key.
    ///
    /// - Precondition: the key has at most 64 bytes, SHA-256's block.
    package init(of text: String, key: [UInt8]) {
        precondition(key.count <= 64, "a longer key would have to be hashed first")
        let block = key + [UInt8](repeating: 0, count: 64 - key.count)
        var inner = Hasher()
        inner.update(block.map { $0 ^ 0x36 })
        inner.update(Array(text.utf8))
        let digest = inner.finish()
        var outer = Hasher()
        outer.update(block.map { $0 ^ 0x5C })
        outer.update(digest.bytes)
        self = outer.finish()
    }
}

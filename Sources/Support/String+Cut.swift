extension String {
    /// The beginning of the text, of so many bytes of UTF-8; a character that is cut becomes U+FFFD.
    package func cut(toBytes bytesMax: Int) -> String {
        utf8.count <= bytesMax ? self : String(decoding: utf8.prefix(bytesMax), as: UTF8.self)
    }
}

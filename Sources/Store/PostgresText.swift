/// Texts as PostgreSQL can keep them: its `text` has no U+0000.
///
/// U+0001 and a digit stand for it, and for U+0001 itself; all other texts are kept as they are.
enum PostgresText {
    private static let escape: UInt8 = 1

    /// Adds the text's stored form.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { utf8 in
            guard unsafe utf8.contains(where: { $0 <= escape }) else { return unsafe bytes.append(contentsOf: utf8) }
            for index in utf8.indices {
                let byte = unsafe utf8[index]
                if byte <= escape { bytes += [escape, UInt8(ascii: "0") + byte] } else { bytes.append(byte) }
            }
        }
    }

    static func decoded(_ stored: UnsafeRawBufferPointer) -> String {
        guard unsafe stored.contains(escape) else { return unsafe String(decoding: stored, as: UTF8.self) }
        var bytes: [UInt8] = []
        var isEscaped = false
        for index in stored.indices {
            let byte = unsafe stored[index]
            if isEscaped { bytes.append(byte &- UInt8(ascii: "0")) } else if byte != escape { bytes.append(byte) }
            isEscaped = !isEscaped && byte == escape
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

import HTTP

/// Collects a response's status and fields from the lines that libcurl hands over one by one.
///
/// Informational responses (1xx) before the final one are forgotten (RFC 9110, section 15.2), and so are trailers.
struct ResponseHead {
    /// 0 until a status line has come.
    private(set) var status = 0
    private(set) var headers = Headers()
    /// Whether the empty line after the final response's fields has come.
    private(set) var isComplete = false
    /// Bytes of all lines so far.
    private(set) var byteCount = 0

    /// Takes one line with its end.
    mutating func take(line bytes: UnsafeRawBufferPointer) {
        byteCount += bytes.count
        guard !isComplete else { return }
        let line = unsafe String(decoding: bytes, as: UTF8.self)
        let text = ResponseHead.trimmed(line[...])
        if line.hasPrefix("HTTP/") {
            status = ResponseHead.status(of: text)
            headers = Headers()
        } else if text.isEmpty {
            isComplete = status >= 200
        } else if line.first == " " || line.first == "\t" {
            // obs-fold: a continued value counts as one with a space between (RFC 9112, section 5.2).
            guard let last = headers.fields.last else { return }
            let earlier = headers.fields.dropLast()
            headers = Headers()
            for field in earlier { headers.add(field.name, field.value) }
            headers.add(last.name, last.value + " " + text)
        } else if let colon = line.firstIndex(of: ":") {
            headers.add(String(line[..<colon]), String(ResponseHead.trimmed(line[line.index(after: colon)...])))
        }
    }

    /// `HTTP/1.1 200 OK` → 200; 0 when no status stands there.
    private static func status(of line: Substring) -> Int {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[1].count == 3 else { return 0 }
        return Int(words[1]) ?? 0
    }

    private static func trimmed(_ text: Substring) -> Substring {
        func isSpace(_ character: Character) -> Bool {
            character == " " || character == "\t" || character == "\r" || character == "\n" || character == "\r\n"
        }
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }
}

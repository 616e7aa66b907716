/// One event of an event stream (WHATWG HTML, section 9.2).
package struct ServerSentEvent: Sendable, Equatable {
    /// Its type; nil where the stream names none.
    package var type: String?
    /// The identifier that stands with it; nil where none does.
    package var id: String?
    /// The lines of its data, joined by line feeds. UTF-8 as it came, unchecked.
    package var data: [UInt8]

    package init(type: String? = nil, id: String? = nil, data: [UInt8]) {
        self.type = type
        self.id = id
        self.data = data
    }

    /// The event as it is sent, its blank line included.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        if let type { bytes += "event: \(type)\n".utf8 }
        if let id { bytes += "id: \(id)\n".utf8 }
        for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            bytes += "data: ".utf8
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}

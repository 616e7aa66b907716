import Support

/// Reads an event stream (WHATWG HTML, section 9.2.6): bytes in, events out, wherever the bytes are split.
///
/// Comments and `retry` fields are passed over. An event that the stream's end cuts off is none.
package struct ServerSentEventParser: Sendable {
    /// Why a stream cannot be read on.
    package struct EventTooLarge: Error, Equatable {
        package let bytesMax: Int
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let eventBytesMax: Int
    /// The bytes of the line under way.
    private var line: [UInt8] = []
    /// Bytes of the event under way, its finished lines, comments aside.
    private var eventByteCount = 0
    private var event = ServerSentEvent(data: [])
    private var hasData = false
    private var isFirstLine = true
    /// Whether a carriage return ended the last line: a line feed right after it belongs to it.
    private var skipsLineFeed = false

    /// - Parameter eventBytesMax: of the lines of one event together.
    package init(eventBytesMax: Int = Limits.upstreamEventBytesMax) {
        self.eventBytesMax = eventBytesMax
    }

    /// Takes the stream's next bytes.
    ///
    /// - Returns: the events that they complete.
    package mutating func parse(_ bytes: [UInt8]) throws(EventTooLarge) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        var rest = bytes[...]
        if skipsLineFeed, let first = rest.first {
            if first == UInt8(ascii: "\n") { rest.removeFirst() }
            skipsLineFeed = false
        }
        while let end = rest.firstIndex(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            try extendLine(rest[..<end])
            if let event = endLine() { events.append(event) }
            let isReturn = rest[end] == UInt8(ascii: "\r")
            rest = rest[(end + 1)...]
            guard isReturn else { continue }
            if rest.isEmpty { skipsLineFeed = true }
            if rest.first == UInt8(ascii: "\n") { rest.removeFirst() }
        }
        try extendLine(rest)
        return events
    }

    private mutating func extendLine(_ bytes: ArraySlice<UInt8>) throws(EventTooLarge) {
        guard eventByteCount + line.count + bytes.count <= eventBytesMax else {
            throw EventTooLarge(bytesMax: eventBytesMax)
        }
        line += bytes
    }

    /// The line is whole.
    ///
    /// - Returns: the event that it ends.
    private mutating func endLine() -> ServerSentEvent? {
        if isFirstLine, line.starts(with: Self.byteOrderMark) { line.removeFirst(Self.byteOrderMark.count) }
        isFirstLine = false
        defer { line.removeAll(keepingCapacity: true) }
        guard let first = line.first else { return endEvent() }
        if first == UInt8(ascii: ":") { return nil }
        eventByteCount += line.count
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        set(line[..<colon], value)
        return nil
    }

    private mutating func set(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        if name.elementsEqual("data".utf8) {
            if hasData { event.data.append(UInt8(ascii: "\n")) }
            event.data += value
            hasData = true
        } else if name.elementsEqual("event".utf8) {
            event.type = value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
        } else if name.elementsEqual("id".utf8), !value.contains(0) {
            event.id = String(decoding: value, as: UTF8.self)
        }
    }

    /// A blank line: the event is whole, or there was none.
    private mutating func endEvent() -> ServerSentEvent? {
        defer {
            event = ServerSentEvent(data: [])
            hasData = false
            eventByteCount = 0
        }
        return hasData ? event : nil
    }
}

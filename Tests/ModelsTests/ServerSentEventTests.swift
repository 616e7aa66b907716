import Support
import Testing

@testable import Models

@Suite struct ServerSentEventTests {
    private static func parse(_ pieces: [[UInt8]], bytesMax: Int = 1_000) throws -> [ServerSentEvent] {
        var parser = ServerSentEventParser(eventBytesMax: bytesMax)
        return try pieces.flatMap { try parser.parse($0) }
    }

    private static func event(_ data: String, type: String? = nil, id: String? = nil) -> ServerSentEvent {
        ServerSentEvent(type: type, id: id, data: Array(data.utf8))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var stream: String
        var events: [ServerSentEvent]
        var testDescription: String { stream.debugDescription }

        init(_ stream: String, _ events: ServerSentEvent...) {
            self.stream = stream
            self.events = events
        }
    }

    private static let cases = [
        Case(""),
        Case("data: a\n\n", event("a")),
        Case("data: a\r\n\r\n", event("a")),
        Case("data: a\r\r", event("a")),
        Case("data: a\n\rdata: b\r\n\n", event("a"), event("b")),
        Case("data: a\ndata: b\n\n", event("a\nb")),
        Case("data: a\rdata:\r\ndata: c\n\n", event("a\n\nc")),
        Case("data:a\n\ndata:  b\n\n", event("a"), event(" b")),
        Case("data\n\n", event("")),
        Case("data\ndata\n\n", event("\n")),
        Case("data: a\n"),
        Case("data: a\n\ndata: cut off", event("a")),
        Case("\n\n\r\n\r"),
        Case(": comment\n\n:\n\ndata: a\n: within\n\n", event("a")),
        Case("event: x\ndata: a\n\ndata: b\n\n", event("a", type: "x"), event("b")),
        Case("event: x\n\ndata: b\n\n", event("b")),
        Case("event: x\nevent:\ndata: b\n\n", event("b")),
        Case("id: 7\ndata: a\n\n", event("a", id: "7")),
        Case("id: 7\0\ndata: a\n\n", event("a")),
        Case("retry: 10\nunknown: x\n data: y\ndataset: z\ndata: a\n\n", event("a")),
        Case("data: {\"a\": \"b:c\"}\n\n", event("{\"a\": \"b:c\"}")),
        Case("\u{FEFF}data: a\n\n", event("a")),
        Case("data: a\n\n\u{FEFF}data: b\n\n", event("a")),
        Case("\u{FEFF}\n\u{FEFF}data: b\n\n"),
        Case("data: é👋\u{2028}x\n\n", event("é👋\u{2028}x")),
    ]

    /// Whole, byte by byte, and in two pieces split at every place.
    @Test(arguments: cases) func readsAStreamHoweverItIsSplit(_ stream: Case) throws {
        let bytes = Array(stream.stream.utf8)
        #expect(try Self.parse([bytes]) == stream.events)
        #expect(try Self.parse(bytes.map { [$0] }) == stream.events)
        for middle in bytes.indices {
            #expect(try Self.parse([Array(bytes[..<middle]), [], Array(bytes[middle...])]) == stream.events)
        }
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        for seed in UInt64(0)..<200 {
            var generator = SplitMix64(seed: seed)
            let events = (0..<Int.random(in: 1...8, using: &generator)).map { _ in Self.random(&generator) }
            let stream = events.flatMap { Self.written($0, &generator) }
            #expect(try Self.parse(Self.pieces(of: stream, &generator)) == events, "seed \(seed)")
            #expect(try Self.parse([events.flatMap(\.bytes)]) == events, "seed \(seed)")
        }
    }

    /// Any bytes at all: no trap, and the split does not matter.
    @Test func noiseIsReadAlikeHoweverItIsSplit() throws {
        let alphabet = Array("data:event:id: \n\r\n\r\n\0x".utf8) + [0xEF, 0xBB, 0xBF, 0xFF]
        for seed in UInt64(0)..<500 {
            var generator = SplitMix64(seed: seed)
            let noise = (0..<200).map { _ in alphabet.randomElement(using: &generator)! }
            let whole = try Self.parse([noise])
            #expect(try Self.parse(Self.pieces(of: noise, &generator)) == whole, "seed \(seed)")
        }
    }

    @Test(arguments: [
        ("data: 12345678\n\n", true), ("data: 123456789", false), ("data: 1\ndata: 2\n\n", true),
        ("data: 1\ndata: 23\n\n", false), (": 0123456789abcdef", false), ("data: 1\n\ndata: 12345678\n\n", true),
    ])
    func anEventIsBounded(_ stream: String, isTaken: Bool) {
        for pieces in [[Array(stream.utf8)], stream.utf8.map { [$0] }] {
            let result = Result { try Self.parse(pieces, bytesMax: 14) }
            switch result {
            case .success: #expect(isTaken)
            case .failure(let error):
                #expect(!isTaken)
                #expect(error as? ServerSentEventParser.EventTooLarge == .init(bytesMax: 14))
            }
        }
    }

    private static func random(_ generator: inout SplitMix64) -> ServerSentEvent {
        func text(_ characters: String) -> String {
            String(
                (0..<Int.random(in: 0...12, using: &generator)).map { _ in characters.randomElement(using: &generator)!
                })
        }
        let type = text("abc:")
        return ServerSentEvent(
            type: type.isEmpty ? nil : type, id: Bool.random(using: &generator) ? text("0: é") : nil,
            data: Array(text("ab: é👋\n{}\"").utf8))
    }

    /// The event with comments, line ends of each kind and the space behind the colon where it may be left out.
    private static func written(_ event: ServerSentEvent, _ generator: inout SplitMix64) -> [UInt8] {
        var lines: [String] = []
        if let type = event.type { lines.append("event: \(type)") }
        if let id = event.id { lines.append("id: \(id)") }
        for line in String(decoding: event.data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        {
            lines.append(line.hasPrefix(" ") || Bool.random(using: &generator) ? "data: \(line)" : "data:\(line)")
            if Bool.random(using: &generator) { lines.append(": a comment") }
        }
        let ends = ["\n", "\r\n", "\r"]
        let end = ends.randomElement(using: &generator)!
        return (lines + [""]).flatMap { Array(($0 + end).utf8) }
    }

    private static func pieces(of bytes: [UInt8], _ generator: inout SplitMix64) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...min(9, rest.count), using: &generator)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}

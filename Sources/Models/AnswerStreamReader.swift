import JSON

/// Reads a streamed answer: the upstream's bytes in, the client's bytes out, the whole answer at the end.
///
/// The event that ends the stream and an error are not among the client's bytes: whoever sends them says with them how
/// the request ended, which is known only later.
protocol AnswerStreamReader: Sendable {
    /// Nil as long as more is expected. What comes after it does not count.
    var end: StreamEnd? { get set }
    /// Cuts the bytes into events.
    var parser: ServerSentEventParser { get set }
    /// Whether the answer is whole, though the stream may not have said so.
    var isFinished: Bool { get }
    /// The answer as a reply that was not streamed, as far as it has come.
    var body: JSONValue { get }
    /// The event that ended the stream, as the client is to get it; empty before that.
    var lastEvent: [UInt8] { get }

    /// Takes the upstream's next event.
    ///
    /// - Returns: the events that the client is to get for it.
    mutating func read(_ event: ServerSentEvent) -> [UInt8]
}

extension AnswerStreamReader {
    /// Takes the upstream's next bytes.
    ///
    /// - Returns: the events in them as the client is to get them.
    mutating func read(_ bytes: [UInt8]) -> [UInt8] {
        var shown: [UInt8] = []
        do {
            for event in try parser.parse(bytes) where end == nil { shown += read(event) }
        } catch {
            end = .invalid("an event is over \(error.bytesMax) bytes")
        }
        return shown
    }
}

/// How a stream ended that did not break.
enum StreamEnd: Equatable {
    /// The answer's end mark has come.
    case done
    /// The upstream sent its own error, this JSON, in place of the rest.
    case refused([UInt8])
    /// What came is no stream of an answer, and why.
    case invalid(String)
}

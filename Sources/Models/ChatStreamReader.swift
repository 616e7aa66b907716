import JSON
import Support

/// Reads a streamed chat completion: the upstream's bytes in, the client's bytes out, the whole completion at the end.
///
/// The end mark `[DONE]` and an error are not among the client's bytes: whoever sends them says with them how the
/// request ended, which is known only later.
struct ChatStreamReader: Sendable {
    enum End: Equatable {
        /// `[DONE]` has come.
        case done
        /// The upstream sent its own error, this JSON, in place of the rest.
        case refused([UInt8])
        /// What came is no stream of chunks, and why.
        case invalid(String)
    }

    private let usage: UsageRequest
    private var parser = ServerSentEventParser()
    private(set) var assembler = ChatAssembler()
    /// Nil as long as more is expected. What comes after it does not count.
    private(set) var end: End?

    init(_ usage: UsageRequest) {
        self.usage = usage
    }

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

    private mutating func read(_ event: ServerSentEvent) -> [UInt8] {
        if event.data.elementsEqual("[DONE]".utf8) {
            end = .done
            return []
        }
        do throws(InvalidReply) {
            let body = try InvalidReply.parse(event.data)
            guard let chunk = body.object else { return [] }
            if event.type == "error" || chunk["error"].map({ !$0.isNull }) == true {
                end = .refused(event.data)
                return []
            }
            try assembler.add(chunk)
            return usage.shown(event, chunk: chunk)?.bytes ?? []
        } catch {
            end = .invalid(error.reason)
            return []
        }
    }
}

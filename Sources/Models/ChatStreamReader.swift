import JSON
import Support

/// Reads a streamed chat completion, whose last event is `[DONE]`.
struct ChatStreamReader: AnswerStreamReader {
    private let usage: UsageRequest
    var parser = ServerSentEventParser()
    private(set) var assembler = ChatAssembler()
    var end: StreamEnd?

    var isFinished: Bool { assembler.isFinished }
    var body: JSONValue { assembler.body }
    var lastEvent: [UInt8] { end == .done ? ServerSentEvent(data: Array("[DONE]".utf8)).bytes : [] }

    init(_ usage: UsageRequest) {
        self.usage = usage
    }

    mutating func read(_ event: ServerSentEvent) -> [UInt8] {
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

import Cache
import HTTP
import JSON
import Ledger
import Models
import Support

/// Answers as streams of events.
extension AnswerRoute {
    /// Responds at the first event of an answer that is being made, or at once with one that is there.
    ///
    /// Its end is held back until the answer is stored: whoever has seen it and asks again gets it from the cache.
    /// An error after the first event is an event too, and the last one.
    ///
    /// - Parameters:
    ///   - query: nil for a request that goes past the cache.
    ///   - work: brings the reply; where it makes the answer itself, it hands the events to the receiver.
    func streamed(
        _ asked: Asked, _ query: Query?, _ work: @escaping @Sendable (@escaping StreamReceiver) async throws -> Reply
    ) async throws -> Response {
        let relay = StreamRelay()
        let account = RequestAccount.current
        account?.awaitAnswer()
        let answering = Task(executorPreference: WaitingExecutor.current) {
            defer { account?.answerEnded() }
            do {
                let reply = try await work { head, events in await relay.send(head, events) }
                account?.take(reply)
                relay.end(Self.end(of: reply))
                return reply
            } catch {
                relay.end(Asked.errorEvent(Self.errorBody(error), after: relay.eventCount))
                throw error
            }
        }
        return try await withTaskCancellationHandler {
            guard let head = await relay.opened() else { return response(try await answering.value, asked, query) }
            var headers = Headers.eventStream
            headers.pass(on: head)
            headers["Cache-Status"] = Headers.forwarded(isBypass: query == nil)
            return Response(200, headers: headers, body: .stream(StreamedBody(relay, answering)))
        } onCancel: {
            answering.cancel()
        }
    }

    private static func end(of reply: Reply) -> [UInt8] {
        if case .generated(let completion) = reply.content { completion.lastEvent } else { [] }
    }

    /// What a response with the error would have had as its body.
    private static func errorBody(_ error: any Error) -> JSONValue {
        let response =
            (error as? ModelError).map(Response.failure)
            ?? APIError(500, "\(error)", code: "internal_error").response
        return (try? JSONValue.parse(response.body.bytes ?? [])) ?? .null
    }
}

extension Headers {
    /// Of a response in events: RFC 9111 caches on the way are not to keep it.
    static let eventStream: Headers = [
        "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache",
    ]
}

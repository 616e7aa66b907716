package import HTTP
package import HTTPClient
import JSON
import Support

/// Takes what a client is to get of a streamed answer, as it comes: whole events, without the end mark.
///
/// The next piece is read when it returns, so that who is slow to take holds the upstream back.
///
/// - Parameter head: the header fields of the upstream's response.
package typealias StreamReceiver = @Sendable (_ head: Headers, _ events: [UInt8]) async -> Void

/// Answers that come in pieces.
extension ModelClient {
    /// Has a question answered in pieces, hands them on, and puts them together.
    ///
    /// A server that answers whole all the same has its answer returned, and nothing handed on.
    func streamedAnswer(
        _ body: JSONObject, _ subject: Subject, _ deadline: Deadline, _ receive: StreamReceiver
    ) async throws(ModelError) -> Completion {
        let (body, reader) = reader(body, subject.api)
        var answer = try await exchange(
            "POST", subject.api.path, of: try provider(of: subject.model), body: JSONValue.object(body).bytes, deadline,
            isStreamed: true
        ) { failure, latency in note(subject, status: failure.status, latency: latency) }
        do {
            if case .stream(let pieces) = answer.response.body, answer.response.isEventStream {
                return try await assemble(pieces, reader, answer, subject, receive)
            }
            answer.response = try await answer.response.collected()
        } catch let error as ModelError {
            throw error
        } catch {
            throw broken(error, subject, answer)
        }
        return try completion(of: answer, subject)
    }

    /// The request as it is to be sent, and who reads its answer.
    private func reader(_ body: JSONObject, _ api: AnswerAPI) -> (JSONObject, any AnswerStreamReader) {
        guard api == .chat else { return (body, ResponsesStreamReader()) }
        let usage = UsageRequest(body)
        return (usage.body, ChatStreamReader(usage))
    }

    private func assemble(
        _ pieces: any AsyncSequence<[UInt8], any Error> & Sendable, _ reader: any AnswerStreamReader, _ answer: Answer,
        _ subject: Subject, _ receive: StreamReceiver
    ) async throws -> Completion {
        var reader = reader
        for try await piece in pieces {
            let events = reader.read(piece)
            if !events.isEmpty { await receive(answer.headers, events) }
            if reader.end != nil { break }
        }
        switch reader.end {
        case .refused(let body):
            note(subject, status: "failed", latency: answer.latencyMilliseconds)
            throw refusal(body, answer)
        case .invalid(let reason):
            note(subject, status: "invalid_reply", latency: answer.latencyMilliseconds)
            throw ModelError(
                .invalidReply(reason: excerpt(of: Array(reason.utf8), hiding: answer.key)))
        case nil where !reader.isFinished:
            throw HTTPClientError(.cut, detail: "the stream ended before the answer did", hasResponseBegun: true)
        case .done:
            readTail(pieces)
        case nil:
            break
        }
        return try completion(of: reader, answer, subject)
    }

    private func completion(
        of reader: any AnswerStreamReader, _ answer: Answer, _ subject: Subject
    ) throws(ModelError) -> Completion {
        let body = reader.body
        do {
            var completion = try Completion(
                body: body, api: subject.api, headers: answer.headers, requestedModel: subject.model,
                latencyMilliseconds: answer.latencyMilliseconds, isWhole: reader.end == .done,
                lastEvent: reader.lastEvent)
            note(subject, answer, &completion)
            return completion
        } catch {
            note(subject, status: "invalid_reply", latency: answer.latencyMilliseconds)
            throw modelError(error, answer, body.bytes)
        }
    }

    /// The error that the upstream sent within a stream of status 200, as if it had come in place of it.
    private func refusal(_ body: [UInt8], _ answer: Answer) -> ModelError {
        var headers = answer.headers
        headers["Content-Type"] = "application/json"
        return ModelError(.response(status: 502, headers: headers, body: body), key: answer.key)
    }

    /// The error of a stream that broke.
    private func broken(_ error: any Error, _ subject: Subject, _ answer: Answer) -> ModelError {
        let failure = TryFailure.transport(HTTPClientError(error))
        note(subject, status: failure.status, latency: answer.latencyMilliseconds)
        return ModelError(failure, key: answer.key)
    }

    /// Reads what comes behind the end mark, normally nothing but the end, so that the connection can be used again.
    private func readTail(_ pieces: any AsyncSequence<[UInt8], any Error> & Sendable) {
        let reading = Task { for try await _ in pieces {} }
        Task {
            try await Task.sleep(for: .milliseconds(Limits.upstreamStreamTailMillisecondsMax))
            reading.cancel()
        }
    }
}

extension Response {
    var isEventStream: Bool {
        headers["Content-Type"]?.lowercased().hasPrefix("text/event-stream") == true
    }

    /// The response with its body whole.
    package func collected() async throws(HTTPClientError) -> Response {
        guard case .stream(let pieces) = body else { return self }
        var response = self
        var bytes: [UInt8] = []
        do { for try await piece in pieces { bytes += piece } } catch { throw HTTPClientError(error) }
        response.body = .bytes(bytes)
        return response
    }
}

extension HTTPClientError {
    /// The error of a streamed body, which the sequence's type does not name.
    init(_ error: any Error) {
        self = error as? HTTPClientError ?? HTTPClientError(.other, detail: "\(error)")
    }
}

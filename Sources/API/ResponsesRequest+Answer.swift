import JSON
import Models
import Support

extension ResponsesRequest: AnswerRequest {
    static var api: AnswerAPI { .responses }

    /// Beside the answer the API repeats the request's settings, here with their defaults.
    func body(_ answer: PlainAnswer, now: Timestamp) -> JSONValue {
        let isWhole = answer.finishReason == "stop"
        let incompleteReason = answer.finishReason == "length" ? "max_output_tokens" : answer.finishReason
        let time = JSONValue.number(Int(now.seconds))
        var response: JSONObject = [
            "id": .string(Self.newIdentifier()),
            "object": "response",
            "created_at": time,
            "status": isWhole ? "completed" : "incomplete",
            "background": false,
            "completed_at": isWhole ? time : .null,
            "error": nil,
            "incomplete_details": isWhole ? .null : ["reason": .string(incompleteReason)],
            "instructions": body["instructions"] ?? .null,
            "max_output_tokens": body["max_output_tokens"] ?? .null,
            "model": .string(answer.model),
            "output": [Self.message(answer, isWhole: isWhole)],
            "parallel_tool_calls": true,
            "previous_response_id": nil,
            "reasoning": Self.settings(body["reasoning"], ["effort": nil, "summary": nil]),
            "store": body["store"] ?? true,
            "temperature": body["temperature"] ?? 1.0,
            "text": Self.settings(body["text"], ["format": ["type": "text"]]),
            "tool_choice": "auto",
            "tools": [],
            "top_p": body["top_p"] ?? 1.0,
            "truncation": body["truncation"] ?? "disabled",
        ]
        response["usage"] = Self.usage(answer.usage)
        response["user"] = body["user"] ?? .null
        response["metadata"] = body["metadata"] ?? [:]
        return .object(response)
    }

    func written(_ answer: PlainAnswer) -> WrittenChat? { nil }

    private static func message(_ answer: PlainAnswer, isWhole: Bool) -> JSONValue {
        let part: JSONValue =
            if let refusal = answer.refusal {
                ["type": "refusal", "refusal": .string(refusal)]
            } else {
                ["type": "output_text", "annotations": [], "logprobs": [], "text": .string(answer.text ?? "")]
            }
        return [
            "id": .string(Identifier.random(after: "msg_")), "type": "message",
            "status": isWhole ? "completed" : "incomplete", "role": "assistant", "content": [part],
        ]
    }

    private static func usage(_ usage: Usage) -> JSONValue {
        [
            "input_tokens": .number(usage.promptTokens),
            "input_tokens_details": ["cached_tokens": .number(usage.cachedTokens)],
            "output_tokens": .number(usage.completionTokens),
            "output_tokens_details": ["reasoning_tokens": .number(usage.reasoningTokens)],
            "total_tokens": .number(usage.promptTokens + usage.completionTokens),
        ]
    }

    /// The defaults with what the request says over them.
    private static func settings(_ value: JSONValue?, _ defaults: JSONObject) -> JSONValue {
        var settings = defaults
        for member in value?.object?.members ?? [] where !member.value.isNull { settings[member.name] = member.value }
        return .object(settings)
    }

    static func renewed(_ body: JSONObject, now: Timestamp) -> JSONValue {
        var body = body
        body["id"] = .string(newIdentifier())
        body["created_at"] = .number(Int(now.seconds))
        return .object(body)
    }

    func events(of body: JSONValue, isWhole: Bool) -> [UInt8] {
        var events = ResponsesEvents()
        events.add(response: body.object ?? JSONObject())
        return events.bytes
    }

    /// The upstream's own event as it came, any other error as the event `error`.
    static func errorEvent(_ body: JSONValue, after count: Int) -> [UInt8] {
        if let type = body["type"]?.string { return ServerSentEvent(type: type, data: body.bytes).bytes }
        let error = body["error"]
        let event: JSONValue = [
            "type": "error", "code": error?["code"] ?? .null, "message": error?["message"] ?? .null,
            "param": error?["param"] ?? .null, "error": error ?? .null, "sequence_number": .number(count),
        ]
        return ServerSentEvent(type: "error", data: event.bytes).bytes
    }

    private static func newIdentifier() -> String { Identifier.random(after: "resp_") }
}

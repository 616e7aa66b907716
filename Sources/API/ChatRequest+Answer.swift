import JSON
import Models
import Support

extension ChatRequest: AnswerRequest {
    static var api: AnswerAPI { .chat }
    var chat: JSONObject? { body }

    func body(_ answer: PlainAnswer, now: Timestamp) -> JSONValue { Self.body(answer, now: now) }

    static func body(_ answer: PlainAnswer, now: Timestamp) -> JSONValue {
        .object(JSONObject(head(now: now).members + rest(answer).members))
    }

    func written(_ answer: PlainAnswer) -> WrittenChat? {
        isStreamed ? nil : WrittenChat(rest: Self.rest(answer))
    }

    static func head(now: Timestamp) -> JSONObject {
        [
            "id": .string(newIdentifier()),
            "object": "chat.completion",
            "created": .number(Int(now.seconds)),
        ]
    }

    private static func rest(_ answer: PlainAnswer) -> JSONObject {
        let usage = answer.usage
        return [
            "model": .string(answer.model),
            "choices": [
                [
                    "index": 0,
                    "message": [
                        "role": "assistant", "content": JSONValue(answer.text), "refusal": JSONValue(answer.refusal),
                        "annotations": [],
                    ],
                    "logprobs": nil,
                    "finish_reason": .string(answer.finishReason),
                ]
            ],
            "usage": [
                "prompt_tokens": .number(usage.promptTokens),
                "completion_tokens": .number(usage.completionTokens),
                "total_tokens": .number(usage.promptTokens + usage.completionTokens),
                "prompt_tokens_details": ["cached_tokens": .number(usage.cachedTokens), "audio_tokens": 0],
                "completion_tokens_details": [
                    "reasoning_tokens": .number(usage.reasoningTokens), "audio_tokens": 0,
                    "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
                ],
            ],
            "system_fingerprint": nil,
        ]
    }

    static func renewed(_ body: JSONObject, now: Timestamp) -> JSONValue {
        var body = body
        body["id"] = .string(newIdentifier())
        body["created"] = .number(Int(now.seconds))
        return .object(body)
    }

    func events(of body: JSONValue, isWhole: Bool) -> [UInt8] {
        ChatChunks.events(of: body, includesUsage: includesUsage) + (isWhole ? ChatChunks.endMark : [])
    }

    static func errorEvent(_ body: JSONValue, after count: Int) -> [UInt8] {
        ServerSentEvent(data: body.bytes).bytes
    }

    static func newIdentifier() -> String { Identifier.random(after: "chatcmpl-") }
}

extension JSONValue {
    /// The text, or null.
    init(_ text: String?) {
        self = text.map { .string($0) } ?? .null
    }
}

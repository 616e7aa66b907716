import Cache
import JSON
import Store
import Support

/// A stored answer as a chat completion: a new `id` and `created`, the rest as the model would have sent it.
enum ChatAnswer {
    static func body(_ entry: Entry, requestedModel: String, now: Timestamp) -> JSONValue {
        let promptTokens = entry.promptTokens > 0 ? entry.promptTokens : Economics.estimatedTokens(entry.question)
        let completionTokens =
            entry.completionTokens > 0 ? entry.completionTokens : Economics.estimatedTokens(entry.answer)
        return body(
            text: entry.answer, model: entry.model ?? requestedModel, finishReason: "stop", promptTokens: promptTokens,
            completionTokens: completionTokens, now: now)
    }

    static func body(
        text: String, model: String, finishReason: String, promptTokens: Int, completionTokens: Int, now: Timestamp
    ) -> JSONValue {
        [
            "id": .string("chatcmpl-" + Identifier.random()),
            "object": "chat.completion",
            "created": .number(Int(now.seconds)),
            "model": .string(model),
            "choices": [
                [
                    "index": 0,
                    "message": [
                        "role": "assistant", "content": .string(text), "refusal": nil, "annotations": [],
                    ],
                    "logprobs": nil,
                    "finish_reason": .string(finishReason),
                ]
            ],
            "usage": [
                "prompt_tokens": .number(promptTokens),
                "completion_tokens": .number(completionTokens),
                "total_tokens": .number(promptTokens + completionTokens),
                "prompt_tokens_details": ["cached_tokens": 0, "audio_tokens": 0],
                "completion_tokens_details": [
                    "reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0,
                    "rejected_prediction_tokens": 0,
                ],
            ],
            "system_fingerprint": nil,
        ]
    }
}

/// Identifiers as the API makes them.
enum Identifier {
    private static let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    /// 29 letters and digits, from the system's generator.
    static func random() -> String {
        String((0..<29).map { _ in characters.randomElement()! })
    }
}

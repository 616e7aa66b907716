package import JSON

/// A chat completion, to be sent whole or as a stream of events.
///
/// `usage` counts a token per 4 bytes of UTF-8, rounded up (``Swift/String/standInTokens``); none is cached, none is
/// reasoning. `system_fingerprint` is always `stand-in`.
package struct Completion: Sendable {
    package var id: String
    /// Seconds since 1970.
    package var created: Int64
    package var model: String
    package var text: String?
    package var refusal: String?
    package var hasToolCalls = false
    package var finishReason = "stop"
    /// How many times the answer stands in `choices`.
    package var choices = 1
    package var promptTokens: Int

    package init(id: String, created: Int64, model: String, text: String, promptTokens: Int) {
        self.id = id
        self.created = created
        self.model = model
        self.text = text
        self.promptTokens = promptTokens
    }

    /// Cuts the text to so many tokens, as a model that runs into the limit does; a shorter text stays.
    package mutating func limit(toTokens tokensMax: Int) {
        guard let text, text.standInTokens > tokensMax else { return }
        var end = text.utf8.index(text.startIndex, offsetBy: tokensMax * 4)
        while String.Index(end, within: text) == nil { end = text.utf8.index(before: end) }
        self.text = String(text[..<end])
        finishReason = "length"
    }

    /// Shapes the answer as a fault wants it.
    package mutating func apply(_ fault: Fault) {
        if let text = fault.text { self.text = text }
        if let refusal = fault.refusal { (text, self.refusal) = (nil, refusal) }
        if fault.toolCalls { (text, hasToolCalls, finishReason) = (nil, true, "tool_calls") }
        if let finishReason = fault.finishReason { self.finishReason = finishReason }
        if fault.emptyChoices { choices = 0 }
    }

    var completionTokens: Int {
        ((text ?? "").standInTokens + (refusal ?? "").standInTokens + (hasToolCalls ? 16 : 0)) * max(choices, 1)
    }

    private var usage: JSONValue {
        [
            "prompt_tokens": .number(promptTokens), "completion_tokens": .number(completionTokens),
            "total_tokens": .number(promptTokens + completionTokens),
            "prompt_tokens_details": ["cached_tokens": 0, "audio_tokens": 0],
            "completion_tokens_details": [
                "reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            ],
        ]
    }

    private static let toolCall: JSONObject = [
        "id": "call_standin0001", "type": "function",
        "function": ["name": "stand_in", "arguments": "{\"note\":\"no model runs here\"}"],
    ]

    /// The body of a reply that is not streamed.
    package var json: JSONValue {
        var message: JSONObject = [
            "role": "assistant", "content": text.map { .string($0) } ?? .null,
            "refusal": refusal.map { .string($0) } ?? .null, "annotations": [],
        ]
        if hasToolCalls { message["tool_calls"] = [.object(Self.toolCall)] }
        let choices = (0..<choices).map { index -> JSONValue in
            [
                "index": .number(index), "message": .object(message), "logprobs": nil,
                "finish_reason": .string(finishReason),
            ]
        }
        return [
            "id": .string(id), "object": "chat.completion", "created": .number(Int(created)),
            "model": .string(model), "choices": .array(choices), "usage": usage, "service_tier": "default",
            "system_fingerprint": "stand-in",
        ]
    }

    /// The events of a streamed reply, `[DONE]` included: for each choice the role, the text in pieces of a few words
    /// and the finish reason; then, if asked for, the usage with no choice.
    package func events(includingUsage: Bool) -> [[UInt8]] {
        var chunks: [JSONValue] = []
        func add(_ choices: [JSONValue], usage: JSONValue = .null) {
            var chunk: JSONObject = [
                "id": .string(id), "object": "chat.completion.chunk", "created": .number(Int(created)),
                "model": .string(model), "service_tier": "default", "system_fingerprint": "stand-in",
                "choices": .array(choices),
            ]
            if includingUsage { chunk["usage"] = usage }
            chunks.append(.object(chunk))
        }
        func choice(_ index: Int, _ delta: JSONValue, finish: JSONValue = .null) -> JSONValue {
            ["index": .number(index), "delta": delta, "logprobs": nil, "finish_reason": finish]
        }
        for index in 0..<choices {
            add([choice(index, ["role": "assistant", "content": text == nil ? .null : "", "refusal": nil])])
            for piece in Self.pieces(of: text ?? "") { add([choice(index, ["content": .string(piece)])]) }
            for piece in Self.pieces(of: refusal ?? "") { add([choice(index, ["refusal": .string(piece)])]) }
            if hasToolCalls {
                var call = Self.toolCall
                call["index"] = 0
                add([choice(index, ["tool_calls": [.object(call)]])])
            }
            add([choice(index, [:], finish: .string(finishReason))])
        }
        if includingUsage { add([], usage: usage) }
        return chunks.map { Self.event($0.text) } + [Self.event("[DONE]")]
    }

    private static func event(_ data: String) -> [UInt8] { Array("data: \(data)\n\n".utf8) }

    /// The text in pieces of at least 16 bytes that end before a space; put together they are the text.
    static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for character in text {
            if character.isWhitespace, piece.utf8.count >= 16 {
                pieces.append(piece)
                piece = ""
            }
            piece.append(character)
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }
}

import JSON

/// A whole chat completion as the stream of events that a model would have sent it in.
enum ChatChunks {
    /// The mark behind the last chunk.
    static let endMark = Array("data: [DONE]\n\n".utf8)

    /// The events of a completion: for each choice the role, the text in pieces of some words and the finish reason;
    /// then, if asked for, the usage with no choice. Without the end mark.
    static func events(of completion: JSONValue, includesUsage: Bool) -> [UInt8] {
        var events: [UInt8] = []
        let envelope = envelope(of: completion)
        func add(_ choices: [JSONValue], usage: JSONValue = .null) {
            var chunk = envelope
            chunk["choices"] = .array(choices)
            if includesUsage { chunk["usage"] = usage }
            events += "data: ".utf8
            JSONValue.object(chunk).write(to: &events)
            events += "\n\n".utf8
        }
        for (position, choice) in (completion["choices"]?.array ?? []).enumerated() {
            let index = choice["index"] ?? .number(position)
            for delta in deltas(of: choice["message"]?.object ?? JSONObject()) {
                add([["index": index, "delta": delta, "logprobs": nil, "finish_reason": nil]])
            }
            add([
                [
                    "index": index, "delta": [:], "logprobs": choice["logprobs"] ?? .null,
                    "finish_reason": choice["finish_reason"] ?? .null,
                ]
            ])
        }
        if includesUsage { add([], usage: completion["usage"] ?? .null) }
        return events
    }

    /// What every chunk has in common: the same `id` and `created` in all of them.
    private static func envelope(of completion: JSONValue) -> JSONObject {
        var envelope = JSONObject()
        for member in completion.object?.members ?? [] where member.name != "choices" && member.name != "usage" {
            envelope[member.name] = member.name == "object" ? "chat.completion.chunk" : member.value
        }
        return envelope
    }

    private static func deltas(of message: JSONObject) -> [JSONValue] {
        let content = message["content"]?.string
        var deltas: [JSONValue] = [
            [
                "role": message["role"] ?? "assistant", "content": content == nil ? .null : "", "refusal": nil,
            ]
        ]
        for member in message.members where member.name != "role" {
            switch (member.name, member.value) {
            case ("content", .string(let text)), ("refusal", .string(let text)):
                for piece in pieces(of: text) { deltas.append(delta(member.name, .string(String(piece)))) }
            case ("tool_calls", .array(let calls)):
                for (index, call) in calls.enumerated() { deltas.append(["tool_calls": [numbered(call, index)]]) }
            case (_, .null), (_, .array([])): break
            default: deltas.append(delta(member.name, member.value))
            }
        }
        return deltas
    }

    private static func delta(_ name: String, _ value: JSONValue) -> JSONValue {
        .object(JSONObject([JSONObject.Member(name: name, value: value)]))
    }

    /// A tool call with the `index` by which its pieces are known.
    private static func numbered(_ call: JSONValue, _ index: Int) -> JSONValue {
        guard let members = call.object?.members else { return call }
        return .object(
            JSONObject(
                [JSONObject.Member(name: "index", value: .number(index))] + members.filter { $0.name != "index" }))
    }

    /// A piece ends before the first white space after so many characters, at the latest after so many: a few words.
    private static let pieceCharacters = 24...64

    /// The text in pieces; put together they are the text.
    static func pieces(of text: String) -> [Substring] {
        var pieces: [Substring] = []
        var start = text.startIndex
        var count = 0
        for index in text.indices {
            let mayEnd = count >= pieceCharacters.lowerBound && text[index].isWhitespace
            if mayEnd || count == pieceCharacters.upperBound {
                pieces.append(text[start..<index])
                start = index
                count = 0
            }
            count += 1
        }
        if start < text.endIndex { pieces.append(text[start...]) }
        return pieces
    }
}

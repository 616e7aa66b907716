import JSON
import Support

/// A request to `POST /v1/responses`, split like a chat into the question and everything else that changes the answer.
///
/// A plain question is put as the chat that asks the same, and its scope is that chat's: an answer serves both forms.
struct ResponsesRequest: Sendable {
    let body: JSONObject
    /// Empty where the request names none, for the upstream to refuse or to find in a stored prompt.
    let model: String
    let isStreamed: Bool
    let kind: ChatRequest.Kind
    let chat: JSONObject?

    init(_ value: JSONValue) throws(APIError) {
        guard let body = value.object else {
            throw APIError(400, "the body must be a JSON object, not \(value.kind)", code: "invalid_type")
        }
        self.body = body
        model = body["model"]?.string ?? ""
        isStreamed = body["stream"]?.bool == true
        do throws(NotPlain) {
            guard !model.isEmpty else { throw NotPlain("no model is named") }
            var chat = try Self.chat(body)
            let messages = try Self.messages(body)
            kind = ChatRequest.kind(chat, messages)
            chat["messages"] = .array(messages)
            self.chat = chat
        } catch {
            chat = nil
            kind = .bypass(error.reason)
        }
    }

    /// Why a request is no plain question.
    private struct NotPlain: Error {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    /// The members beside the messages, under the names that they have in a chat.
    private static func chat(_ body: JSONObject) throws(NotPlain) -> JSONObject {
        var chat = JSONObject()
        for member in body.members where !member.value.isNull {
            switch member.name {
            case "input", "instructions": break
            case "max_output_tokens": chat["max_completion_tokens"] = member.value
            case "reasoning": chat["reasoning_effort"] = try only("effort", of: member)
            case "text": chat["verbosity"] = try only("verbosity", of: member)
            case _ where isDefault(member): break
            case _ where past.contains(member.name): throw NotPlain("\(member.name) is used")
            default: chat[member.name] = member.value
            }
        }
        return chat
    }

    /// The one member of an object that a chat has too; text that is plain is said or not.
    private static func only(_ name: String, of member: JSONObject.Member) throws(NotPlain) -> JSONValue? {
        guard let object = member.value.object else { throw NotPlain("\(member.name) is \(member.value.kind)") }
        let plain: JSONValue = ["type": "text"]
        for part in object.members where !part.value.isNull && part.name != name {
            if part.name == "format", part.value == plain { continue }
            throw NotPlain("\(member.name).\(part.name) is used")
        }
        return object[name].flatMap { $0.isNull ? nil : $0 }
    }

    /// Members that a chat has not, or that lead past the cache.
    private static let past: Set<String> = [
        "tools", "tool_choice", "include", "top_logprobs", "background", "previous_response_id", "conversation",
        "prompt", "messages",
    ]

    /// Without tools what concerns them does not count.
    private static func isDefault(_ member: JSONObject.Member) -> Bool {
        switch member.name {
        case "tools", "include": member.value == []
        case "tool_choice": member.value == "auto" || member.value == "none"
        case "parallel_tool_calls", "max_tool_calls": true
        case "top_logprobs": member.value.int == 0
        case "background": member.value.bool == false
        case "truncation": member.value == "disabled"
        default: false
        }
    }

    // MARK: Messages

    private static func messages(_ body: JSONObject) throws(NotPlain) -> [JSONValue] {
        var messages: [JSONValue] = []
        if let instructions = body["instructions"], !instructions.isNull {
            guard let text = instructions.string else { throw NotPlain("the instructions are \(instructions.kind)") }
            messages.append(["role": "system", "content": .string(text)])
        }
        switch body["input"] {
        case .string(let text): messages.append(["role": "user", "content": .string(text)])
        case .array(let items): for item in items { messages.append(try message(item)) }
        default: throw NotPlain("the input is no text and no list")
        }
        return messages
    }

    /// An input item as a chat's message: what the API adds to an item of a former answer does not count.
    private static func message(_ item: JSONValue) throws(NotPlain) -> JSONValue {
        guard var message = item.object, ["message", nil].contains(message["type"]?.string) else {
            throw NotPlain("an input item that is no message")
        }
        for name in ["type", "id", "status"] { message[name] = nil }
        if let parts = message["content"]?.array {
            var texts: [JSONValue] = []
            for part in parts { texts.append(try textPart(part)) }
            message["content"] = .array(texts)
        }
        return .object(message)
    }

    private static func textPart(_ part: JSONValue) throws(NotPlain) -> JSONValue {
        guard var text = part.object, ["input_text", "output_text"].contains(text["type"]?.string) else {
            throw NotPlain("a content part that is no text")
        }
        for name in ["annotations", "logprobs"] where text[name].map({ $0.isNull || $0 == [] }) == true {
            text[name] = nil
        }
        text["type"] = "text"
        return .object(text)
    }
}

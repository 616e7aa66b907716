import JSON

/// Puts the chunks of a streamed chat completion together to the completion that they are the pieces of.
///
/// What is not known is kept too: strings that come in several chunks are joined, objects are merged member by member,
/// elements with an `index` merge with those of the same index, and of anything else the last counts.
struct ChatAssembler: Sendable {
    private var envelope = JSONObject()
    private var choices: [JSONObject] = []

    /// Whether every choice has said why it ended.
    var isFinished: Bool {
        !choices.isEmpty && choices.allSatisfy { $0["finish_reason"]?.string != nil }
    }

    /// Takes the next chunk in.
    mutating func add(_ chunk: JSONObject) throws(InvalidReply) {
        for member in chunk.members where member.name != "choices" && !member.value.isNull {
            envelope[member.name] = member.name == "object" ? "chat.completion" : member.value
        }
        guard let choices = chunk["choices"], !choices.isNull else { return }
        guard let elements = choices.array else { throw InvalidReply("a chunk's choices are \(choices.kind)") }
        for element in elements {
            guard let choice = element.object else { throw InvalidReply("a chunk's choice is \(element.kind)") }
            add(choice: choice)
        }
    }

    private mutating func add(choice: JSONObject) {
        let index = choice["index"]?.int ?? 0
        let position = choices.firstIndex { ($0["index"]?.int ?? 0) == index } ?? choices.endIndex
        if position == choices.endIndex {
            choices.append(["index": .number(index), "message": ["role": "assistant", "content": nil]])
        }
        for member in choice.members where member.name != "index" {
            let name = member.name == "delta" ? "message" : member.name
            choices[position][name] = Self.merged(choices[position][name], member.value, name)
        }
    }

    /// The completion as far as it has come: the choices in order, in the form of a reply that was not streamed.
    var body: JSONValue {
        var body = JSONObject()
        for name in ["id", "object", "created", "model"] { body[name] = envelope[name] }
        let sorted = choices.sorted { ($0["index"]?.int ?? 0) < ($1["index"]?.int ?? 0) }
        body["choices"] = .array(sorted.map { .object(Self.withoutCallIndexes($0)) })
        for member in envelope.members where body[member.name] == nil { body[member.name] = member.value }
        return .object(body)
    }

    /// A tool call of a whole message has no `index`; its place is one.
    private static func withoutCallIndexes(_ choice: JSONObject) -> JSONObject {
        guard var message = choice["message"]?.object, let calls = message["tool_calls"]?.array else { return choice }
        message["tool_calls"] = .array(
            calls.map { call in
                guard var object = call.object else { return call }
                object["index"] = nil
                return .object(object)
            })
        var choice = choice
        choice["message"] = .object(message)
        return choice
    }

    /// Members that are sent whole, by some servers with every chunk.
    private static let whole: Set<String> = ["role", "type", "id", "index", "finish_reason"]

    private static func merged(_ old: JSONValue?, _ new: JSONValue, _ name: String) -> JSONValue {
        switch (old, new) {
        case (let old?, .null): old
        case (.string(let old)?, .string(let new)) where !whole.contains(name): .string(old + new)
        case (.object(let old)?, .object(let new)): .object(merged(old, new))
        case (nil, .object(let new)), (.null?, .object(let new)): .object(merged(JSONObject(), new))
        case (.array(let old)?, .array(let new)): .array(merged(old, new))
        case (nil, .array(let new)), (.null?, .array(let new)): .array(merged([], new))
        default: new
        }
    }

    private static func merged(_ old: JSONObject, _ new: JSONObject) -> JSONObject {
        var result = old
        for member in new.members { result[member.name] = merged(result[member.name], member.value, member.name) }
        return result
    }

    private static func merged(_ old: [JSONValue], _ new: [JSONValue]) -> [JSONValue] {
        var result = old
        for element in new {
            if let index = element["index"]?.int, let place = result.firstIndex(where: { $0["index"]?.int == index }) {
                result[place] = merged(result[place], element, "")
            } else {
                result.append(element)
            }
        }
        return result
    }
}

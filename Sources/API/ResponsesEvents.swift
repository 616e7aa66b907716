import JSON
import Models

/// A whole response as the stream of events that a model would have sent it in, numbered from zero.
struct ResponsesEvents {
    private(set) var bytes: [UInt8] = []
    private var count = 0

    private mutating func add(_ type: String, _ members: JSONObject) {
        var event: JSONObject = ["type": .string(type), "sequence_number": .number(count)]
        for member in members.members { event[member.name] = member.value }
        bytes += ServerSentEvent(type: type, data: JSONValue.object(event).bytes).bytes
        count += 1
    }

    mutating func add(response: JSONObject) {
        var begun = response
        begun["status"] = "in_progress"
        begun["output"] = []
        for name in ["usage", "completed_at", "incomplete_details", "error"] where begun[name] != nil {
            begun[name] = .null
        }
        add("response.created", ["response": .object(begun)])
        add("response.in_progress", ["response": .object(begun)])
        for (index, item) in (response["output"]?.array ?? []).enumerated() {
            add(item: item.object ?? JSONObject(), .number(index))
        }
        add("response." + (response["status"]?.string ?? "completed"), ["response": .object(response)])
    }

    private mutating func add(item: JSONObject, _ index: JSONValue) {
        let parts = item["type"] == "message" ? item["content"]?.array : nil
        var begun = item
        if parts != nil {
            begun["status"] = "in_progress"
            begun["content"] = []
        }
        add("response.output_item.added", ["output_index": index, "item": .object(begun)])
        for (position, part) in (parts ?? []).enumerated() {
            add(
                part: part.object ?? JSONObject(),
                ["item_id": item["id"] ?? .null, "output_index": index, "content_index": .number(position)])
        }
        add("response.output_item.done", ["output_index": index, "item": .object(item)])
    }

    /// - Parameter place: the members that say where the part belongs.
    private mutating func add(part: JSONObject, _ place: JSONObject) {
        let name = part["type"] == "refusal" ? "refusal" : "text"
        let kind = name == "refusal" ? "response.refusal" : "response.output_text"
        let text = part[name]?.string ?? ""
        var begun = part
        begun[name] = ""
        if begun["annotations"] != nil { begun["annotations"] = [] }
        add("response.content_part.added", place.with("part", .object(begun)))
        for piece in ChatChunks.pieces(of: text) {
            let delta = place.with("delta", .string(String(piece)))
            add(kind + ".delta", name == "text" ? delta.with("logprobs", []) : delta)
        }
        let whole = place.with(name, .string(text))
        add(kind + ".done", name == "text" ? whole.with("logprobs", []) : whole)
        add("response.content_part.done", place.with("part", .object(part)))
    }
}

extension JSONObject {
    fileprivate func with(_ name: String, _ value: JSONValue) -> JSONObject {
        var object = self
        object[name] = value
        return object
    }
}

package import JSON

/// The completion as `/v1/responses` sends it.
extension Completion {
    /// The body of a reply that is not streamed.
    package func response(to request: ResponsesRequest) -> JSONObject {
        let settings = request.settings
        let isWhole = finishReason == "stop" || finishReason == "tool_calls"
        let incomplete = finishReason == "length" ? "max_output_tokens" : finishReason
        var response: JSONObject = [
            "id": .string("resp_" + id), "object": "response", "created_at": .number(Int(created)),
            "status": isWhole ? "completed" : "incomplete", "background": settings["background"] ?? false,
            "completed_at": isWhole ? .number(Int(created)) : .null, "error": nil,
            "incomplete_details": isWhole ? .null : ["reason": .string(incomplete)],
        ]
        for (name, value) in [
            ("instructions", .null), ("max_output_tokens", .null), ("model", nil), ("output", nil),
            ("parallel_tool_calls", true), ("previous_response_id", .null),
            ("reasoning", ["effort": nil, "summary": nil]), ("store", true), ("temperature", 1.0),
            ("text", ["format": ["type": "text"]]), ("tool_choice", "auto"), ("tools", []), ("top_p", 1.0),
            ("truncation", "disabled"), ("user", .null), ("metadata", [:]),
        ] as [(String, JSONValue?)] {
            response[name] = settings[name] ?? value
        }
        response["model"] = .string(model)
        response["output"] = .array(items(status: response["status"] ?? .null))
        response["usage"] = [
            "input_tokens": .number(promptTokens), "input_tokens_details": ["cached_tokens": 0],
            "output_tokens": .number(completionTokens), "output_tokens_details": ["reasoning_tokens": 0],
            "total_tokens": .number(promptTokens + completionTokens),
        ]
        return response
    }

    private func items(status: JSONValue) -> [JSONValue] {
        if hasToolCalls {
            return [
                [
                    "id": .string("fc_" + id), "type": "function_call", "status": "completed",
                    "call_id": "call_standin0001", "name": "stand_in",
                    "arguments": "{\"note\":\"no model runs here\"}",
                ]
            ]
        }
        return [
            [
                "id": .string("msg_" + id), "type": "message", "status": status, "role": "assistant",
                "content": [part(text ?? refusal ?? "")],
            ]
        ]
    }

    private func part(_ text: String) -> JSONValue {
        if refusal != nil { return ["type": "refusal", "refusal": .string(text)] }
        return ["type": "output_text", "annotations": [], "logprobs": [], "text": .string(text)]
    }

    /// The events of a streamed reply, from `response.created` to the one that carries the whole.
    package func responseEvents(to request: ResponsesRequest) -> [[UInt8]] {
        let response = response(to: request)
        var events: [[UInt8]] = []
        func add(_ type: String, _ members: JSONObject) {
            var event: JSONObject = ["type": .string(type), "sequence_number": .number(events.count)]
            for member in members.members { event[member.name] = member.value }
            events.append(Array("event: \(type)\ndata: \(JSONValue.object(event).text)\n\n".utf8))
        }
        var begun = response
        for (name, value) in [
            ("status", "in_progress"), ("output", []), ("usage", .null), ("completed_at", .null),
            ("incomplete_details", .null),
        ] as [(String, JSONValue)] {
            begun[name] = value
        }
        add("response.created", ["response": .object(begun)])
        add("response.in_progress", ["response": .object(begun)])
        let item = response["output"]?[0] ?? .null
        add("response.output_item.added", ["output_index": 0, "item": item])
        if !hasToolCalls {
            let place: JSONObject = ["item_id": item["id"] ?? .null, "output_index": 0, "content_index": 0]
            func addPart(_ type: String, _ name: String, _ value: JSONValue) {
                var members = place
                members[name] = value
                if type.hasPrefix("response.output_text") { members["logprobs"] = [] }
                add(type, members)
            }
            let whole = text ?? refusal ?? ""
            let kind = refusal == nil ? "response.output_text" : "response.refusal"
            addPart("response.content_part.added", "part", part(""))
            for piece in Self.pieces(of: whole) { addPart(kind + ".delta", "delta", .string(piece)) }
            addPart(kind + ".done", refusal == nil ? "text" : "refusal", .string(whole))
            addPart("response.content_part.done", "part", part(whole))
        }
        add("response.output_item.done", ["output_index": 0, "item": item])
        add("response." + (response["status"]?.string ?? ""), ["response": .object(response)])
        return events
    }
}

import JSON

extension Completion {
    /// The parts of a reply that both of OpenAI's forms of an answer have.
    struct Parts {
        var text: String?
        var finishReason: String?
        var refusal: String?
        var hasToolCalls = false
        var usage: Usage?
    }
}

extension Completion.Parts {
    /// Reads a reply to `POST /responses`: the texts of its messages joined, as the official clients join them.
    ///
    /// - Throws: the reason why it is none.
    init(responses body: JSONValue) throws(InvalidReply) {
        guard let output = body["output"] else { throw InvalidReply("it has no output") }
        guard let items = output.array else { throw InvalidReply("its output is \(output.kind)") }
        guard let status = try InvalidReply.string(body["status"], "its status") else {
            throw InvalidReply("it has no status")
        }
        for item in items {
            switch item["type"]?.string {
            case "message":
                for part in item["content"]?.array ?? [] { try add(part) }
            case "reasoning": break
            default: hasToolCalls = true
            }
        }
        finishReason =
            switch (status, body["incomplete_details"]?["reason"]?.string) {
            case ("completed", _): "stop"
            case ("incomplete", "max_output_tokens"?): "length"
            case ("incomplete", let reason?): reason
            default: status
            }
        usage = Usage(responses: body["usage"])
    }

    private mutating func add(_ part: JSONValue) throws(InvalidReply) {
        switch part["type"]?.string {
        case "output_text":
            text = (text ?? "") + (try InvalidReply.string(part["text"], "its message's text") ?? "")
            // A text with citations is not the same without them.
            if part["annotations"]?[0] != nil { hasToolCalls = true }
        case "refusal":
            refusal = (refusal ?? "") + (try InvalidReply.string(part["refusal"], "its message's refusal") ?? "")
        default: hasToolCalls = true
        }
    }

    /// Reads a reply to `POST /chat/completions`: of several choices the first.
    ///
    /// - Throws: the reason why it is none.
    init(chat body: JSONValue) throws(InvalidReply) {
        guard let choices = body["choices"] else { throw InvalidReply("it has no choices") }
        guard let choice = choices[0] else {
            throw InvalidReply(choices.array == nil ? "its choices are \(choices.kind)" : "its choices are empty")
        }
        guard let message = choice["message"], message.object != nil else {
            throw InvalidReply("its first choice has no message")
        }
        text = try InvalidReply.string(message["content"], "its message's content")
        refusal = try InvalidReply.string(message["refusal"], "its message's refusal")
        finishReason = try InvalidReply.string(choice["finish_reason"], "its finish_reason")
        hasToolCalls = message["tool_calls"]?[0] != nil || message["function_call"]?.object != nil
        usage = Usage(body["usage"])
    }
}

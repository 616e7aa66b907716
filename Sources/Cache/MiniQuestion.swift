package import JSON
package import Models

/// Sends a chat request to mini.
package typealias MiniCall = @Sendable (JSONObject) async throws(ModelError) -> Completion

/// One kind of question to mini: instructions that stay the same, data that strangers wrote, and a strict schema.
struct MiniQuestion: Sendable {
    /// Of the schema.
    let name: String
    let instructions: String
    let schema: JSONValue
    let outputTokensMax: Int

    /// The chat request, without its model. The constant part stands first, for the provider's prompt cache.
    ///
    /// - Parameter data: to mini JSON data, never an instruction.
    func request(_ data: JSONValue) -> JSONObject {
        [
            "messages": [
                ["role": "system", "content": .string(instructions)],
                ["role": "user", "content": .string(data.text)],
            ],
            "response_format": [
                "type": "json_schema",
                "json_schema": ["name": .string(name), "strict": true, "schema": schema],
            ],
            "max_completion_tokens": .number(outputTokensMax),
        ]
    }

    /// A reply that is whole, and an object of so many members as the schema requires; anything else is none.
    func reply(of completion: Completion) -> JSONObject? {
        guard completion.finishReason == "stop", completion.refusal == nil, let text = completion.text,
            let reply = (try? JSONValue.parse(text))?.object,
            reply.members.count == schema["required"]?.array?.count
        else { return nil }
        return reply
    }
}

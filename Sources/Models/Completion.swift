package import HTTP
package import JSON
package import Support

/// A model's answer to one call.
package struct Completion: Sendable {
    /// Nil when the model called tools or refused.
    package var text: String?
    package var finishReason: String?
    package var refusal: String?
    package var hasToolCalls: Bool
    /// As the reply names it, a date included.
    package var model: String
    package var usage: Usage?
    /// Nil when the price or the usage is unknown, never zero for that.
    package var cost: Money?
    /// An estimate of what *full* would have cost in place of the plan that gave this answer; nil inside: its price is
    /// unknown; nil: this is what the client would have got anyway.
    package var estimatedFullCost: Money??
    /// What the answer would have cost without a plan.
    package var fullOnlyCost: Money? { estimatedFullCost ?? cost }
    /// The form of the reply.
    package var api: AnswerAPI
    /// The whole reply, to be passed on.
    package var body: JSONValue
    package var headers: Headers
    /// False for a stream that ended without its end mark, so that what it brought may not be all.
    package var isWhole: Bool
    /// The event that ended its stream, held back so far; empty for an answer that came whole.
    package var lastEvent: [UInt8]
    /// False for an answer that stands in for a better one, which is not to be kept.
    package var isStorable = true
    /// Of the try that brought the answer.
    package var latencyMilliseconds: Double

    /// An answer that ended by itself, for who plays a model.
    package init(playing model: String, text: String, usage: Usage, cost: Money?) {
        self.init(
            model: model, text: text, finishReason: "stop", usage: usage, cost: cost,
            body: [
                "model": .string(model),
                "choices": [
                    ["message": ["role": "assistant", "content": .string(text)], "finish_reason": "stop"]
                ],
            ])
    }

    /// An answer that is no reply of a single call.
    ///
    /// - Parameter body: as a model would have sent it.
    package init(
        model: String, text: String, finishReason: String, usage: Usage, cost: Money?, body: JSONValue,
        isStorable: Bool = true, latencyMilliseconds: Double = 0
    ) {
        self.text = text
        self.finishReason = finishReason
        hasToolCalls = false
        api = .chat
        lastEvent = []
        self.model = model
        self.usage = usage
        self.cost = cost
        self.body = body
        self.isStorable = isStorable
        self.latencyMilliseconds = latencyMilliseconds
        headers = Headers()
        isWhole = true
    }

    /// Reads a reply.
    ///
    /// - Throws: the reason why it is none.
    init(
        body bytes: [UInt8], api: AnswerAPI = .chat, headers: Headers, requestedModel: String,
        latencyMilliseconds: Double
    ) throws(InvalidReply) {
        try self.init(
            body: try InvalidReply.parse(bytes), api: api, headers: headers, requestedModel: requestedModel,
            latencyMilliseconds: latencyMilliseconds)
    }

    init(
        body: JSONValue, api: AnswerAPI, headers: Headers, requestedModel: String, latencyMilliseconds: Double,
        isWhole: Bool = true, lastEvent: [UInt8] = []
    ) throws(InvalidReply) {
        let parts =
            switch api {
            case .chat: try Parts(chat: body)
            case .responses: try Parts(responses: body)
            }
        text = parts.text
        refusal = parts.refusal
        finishReason = parts.finishReason
        hasToolCalls = parts.hasToolCalls
        usage = parts.usage
        model = try InvalidReply.string(body["model"], "its model") ?? requestedModel
        self.api = api
        self.body = body
        self.headers = headers
        self.isWhole = isWhole
        self.lastEvent = lastEvent
        self.latencyMilliseconds = latencyMilliseconds
    }
}

/// Why a successful response is no reply that can be used.
struct InvalidReply: Error, Equatable {
    var reason: String

    init(_ reason: String) {
        self.reason = reason
    }

    /// The body as a JSON object.
    static func parse(_ bytes: [UInt8]) throws(InvalidReply) -> JSONValue {
        let body: JSONValue
        do { body = try JSONValue.parse(bytes, depthMax: Limits.jsonDepthMax) } catch {
            let start = bytes.first { $0 > 0x20 }
            throw InvalidReply(start == UInt8(ascii: "<") ? "it is a page, not JSON" : error.description)
        }
        guard body.object != nil else { throw InvalidReply("it is \(body.kind), not an object") }
        return body
    }

    /// A string, or nil when it is null or missing.
    static func string(_ value: JSONValue?, _ name: String) throws(InvalidReply) -> String? {
        guard let value, !value.isNull else { return nil }
        guard let string = value.string else { throw InvalidReply("\(name) is \(value.kind)") }
        return string
    }
}

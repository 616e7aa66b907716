import JSON
import Models
import Support

/// A request for an answer in one of the API's forms, and how an answer is written in that form.
protocol AnswerRequest: Sendable {
    static var api: AnswerAPI { get }

    init(_ value: JSONValue) throws(APIError)

    /// The request as it came.
    var body: JSONObject { get }
    /// The model asked for; `refrain` lets the server choose.
    var model: String { get }
    /// Whether the answer is to come as a stream of events.
    var isStreamed: Bool { get }
    var kind: ChatRequest.Kind { get }
    /// The chat that asks the same; nil where there is none.
    var chat: JSONObject? { get }

    /// The reply that gives an answer which is there, with an `id` and a time of its own.
    func body(_ answer: PlainAnswer, now: Timestamp) -> JSONValue

    /// The same reply to be given again and again; nil where it goes out in pieces, or has ids in its midst.
    func written(_ answer: PlainAnswer) -> WrittenChat?

    /// Another client's reply as one to this request, with an `id` and a time of its own.
    static func renewed(_ body: JSONObject, now: Timestamp) -> JSONValue

    /// A reply as the stream of events that a model would have sent it in.
    ///
    /// - Parameter isWhole: whether the reply is known to be whole; otherwise the event that says so is missing.
    func events(of body: JSONValue, isWhole: Bool) -> [UInt8]

    /// An event that tells of an error in the middle of a stream.
    ///
    /// - Parameters:
    ///   - body: an error response's body, `{"error": …}`, or the upstream's own event.
    ///   - count: how many events came before it.
    static func errorEvent(_ body: JSONValue, after count: Int) -> [UInt8]
}

import HTTP
import JSON
package import Support
import Synchronization

/// The stand-in provider: turns requests to OpenAI's API into what is to be sent back, without a model and without I/O.
///
/// It plays `POST /v1/chat/completions`, `POST /v1/responses`, `POST /v1/embeddings`, `GET /v1/models` and
/// `GET /v1/models/{id}`. Tests steer and watch it by `/standin/faults` and `/standin/requests`.
package final class StandIn: Sendable {
    private let settings: Settings
    private let clock: WallClock
    private let faults: Mutex<FaultBook>
    private let recorder: Mutex<Recorder>
    private let serial = Atomic<Int>(0)

    /// What the stand-in answers with.
    package struct Settings: Sendable {
        package var answers = Answers()
        package var confirmer = Confirmer()
        /// What every confirmation is answered with instead of a verdict.
        package var confirmationText: String?
        /// The wait before a chat completion.
        package var delayMilliseconds = 0
        /// The wait before a chat completion of a model whose name has "mini" or "nano" in it.
        package var miniDelayMilliseconds = 0
        /// The key that requests must carry; nil asks for none.
        package var key: String?
        package var faults: [FaultRule] = []
        /// How many of the last requests are kept whole.
        package var requestsKeptMax = 64

        package init() {}
    }

    /// A request on its way to its end: what to send, and what to tell the log.
    package struct Exchange: Sendable, Equatable {
        package var transmission: Transmission
        /// Nil for the control routes, which are neither counted nor logged.
        package var call: Call?
        package var status: Int
        /// How often the faults had been cleared when it began.
        package var clearings = 0
    }

    package init(_ settings: Settings, clock: WallClock = .system) {
        self.settings = settings
        recorder = Mutex(Recorder(entriesMax: settings.requestsKeptMax))
        self.clock = clock
        faults = Mutex(FaultBook(settings.faults))
    }

    /// Takes a request in and counts it; ``end(_:abandoned:)`` must follow once its transmission is through.
    package func begin(_ request: WireRequest) -> Exchange {
        if request.path.hasPrefix("/standin/") {
            let reply = control(request)
            return Exchange(
                transmission: Transmission(reply, keepsAlive: request.keepsAlive), call: nil, status: reply.status)
        }
        let route = Route(request)
        let call = Call(request, route)
        let clearings = faults.withLock { $0.clearings }
        let fault: Fault
        do throws(FaultError) {
            let asked = try request.headers["x-standin-fault"].map { text throws(FaultError) in try Fault(text) }
            fault = asked ?? faults.withLock { $0.take(for: call) } ?? Fault()
        } catch {
            return exchange(request, call, Reply(APIError(400, error.description)), Fault())
        }
        var reply: Reply
        do throws(APIError) {
            reply = try answer(request, route, fault)
        } catch {
            reply = Reply(error)
        }
        reply.apply(fault)
        var exchange = exchange(request, call, reply, fault)
        exchange.clearings = clearings
        return exchange
    }

    /// Whether the faults were cleared since it began.
    package func isReleased(_ exchange: Exchange) -> Bool {
        faults.withLock { $0.clearings } != exchange.clearings
    }

    package func end(_ exchange: Exchange, abandoned: Bool) {
        guard exchange.call != nil else { return }
        recorder.withLock { $0.end(abandoned: abandoned) }
    }

    private func exchange(_ request: WireRequest, _ call: Call, _ reply: Reply, _ fault: Fault) -> Exchange {
        let delay = delayMilliseconds(call)
        var reply = reply
        addHeaders(to: &reply, delayMilliseconds: delay)
        let status = fault.hangs || fault.closes ? 0 : reply.status
        recorder.withLock { $0.begin(request, call, status: status) }
        let transmission = Transmission(
            reply, fault: fault, delayMilliseconds: delay, keepsAlive: request.keepsAlive)
        return Exchange(transmission: transmission, call: call, status: status)
    }

    private func delayMilliseconds(_ call: Call) -> Int {
        guard call.purpose == .answer || call.purpose == .confirm else { return 0 }
        let isMini = call.model.map { $0.contains("mini") || $0.contains("nano") } ?? false
        return isMini ? settings.miniDelayMilliseconds : settings.delayMilliseconds
    }

    private func nextSerial() -> Int { serial.add(1, ordering: .relaxed).newValue }

    /// The headers that OpenAI puts on every reply.
    private func addHeaders(to reply: inout Reply, delayMilliseconds: Int) {
        for (name, value) in [
            ("x-request-id", "req_standin\(nextSerial())"), ("openai-organization", "stand-in"),
            ("openai-version", "2020-10-01"), ("openai-processing-ms", String(delayMilliseconds + 1)),
            ("x-ratelimit-limit-requests", "10000"), ("x-ratelimit-limit-tokens", "30000000"),
            ("x-ratelimit-remaining-requests", "9999"), ("x-ratelimit-remaining-tokens", "29999000"),
            ("x-ratelimit-reset-requests", "6ms"), ("x-ratelimit-reset-tokens", "0s"),
        ] { reply.headers.add(name, value) }
    }

    private func answer(_ request: WireRequest, _ route: Route, _ fault: Fault) throws(APIError) -> Reply {
        if let key = settings.key { try Self.check(request, key) }
        switch route {
        case .chat(let chat):
            let completion = completion(of: chat, fault)
            guard chat.isStreamed || fault.eventStream else { return Reply(json: completion.json) }
            return Reply(events: completion.events(includingUsage: chat.includesUsage))
        case .responses(let request):
            let completion = completion(of: request.chat, fault)
            guard request.chat.isStreamed || fault.eventStream else {
                return Reply(json: .object(completion.response(to: request)))
            }
            return Reply(events: completion.responseEvents(to: request))
        case .embeddings(let embeddings): return Reply(json: embeddings.json)
        case .models: return Reply(json: ["object": "list", "data": .array(ModelCatalogue.models.map(Self.json))])
        case .model(let model): return Reply(json: Self.json(model))
        case .refused(let error, _): throw error
        }
    }

    private static func check(_ request: WireRequest, _ key: String) throws(APIError) {
        guard let authorization = request.headers["authorization"] else {
            throw APIError(401, "You didn't provide an API key.")
        }
        guard authorization == "Bearer \(key)" else {
            throw APIError(401, "Incorrect API key provided.", code: "invalid_api_key")
        }
    }

    private static func json(_ model: ModelCatalogue.Model) -> JSONValue {
        ["id": .string(model.name), "object": "model", "created": 1_754_524_800, "owned_by": "stand-in"]
    }

    private func completion(of request: ChatRequest, _ fault: Fault) -> Completion {
        let text =
            if let confirmation = request.confirmation {
                settings.confirmationText ?? settings.confirmer.verdict(on: confirmation).json.text
            } else if let schema = request.schema {
                StructuredText.of(
                    schema, saying: settings.answers.answer(to: request), seed: request.conversation)
            } else {
                settings.answers.answer(to: request)
            }
        var completion = Completion(
            id: "chatcmpl-standin\(nextSerial())", created: clock.now.seconds, model: request.model.snapshot,
            text: text, promptTokens: request.promptTokens)
        completion.choices = request.choices
        if let tokensMax = request.completionTokensMax { completion.limit(toTokens: tokensMax) }
        completion.apply(fault)
        return completion
    }

    // MARK: Control

    private func control(_ request: WireRequest) -> Reply {
        switch (request.method, request.path) {
        case ("GET", "/standin/requests"): return Reply(json: recorder.withLock { $0 }.json)
        case ("DELETE", "/standin/requests"):
            recorder.withLock { $0.reset() }
            return Reply(json: ["reset": true])
        case ("POST", "/standin/faults"): return addFaults(request.body)
        case ("DELETE", "/standin/faults"):
            faults.withLock { $0.removeAll() }
            return Reply(json: ["rules": 0])
        default: return Reply(APIError(404, "Invalid URL (\(request.method) \(request.path))"))
        }
    }

    /// Adds a rule or an array of them; none when one of them cannot be read.
    private func addFaults(_ body: [UInt8]) -> Reply {
        do {
            let json = try JSONValue.parse(body)
            let rules = try (json.array ?? [json]).map { try FaultRule($0) }
            let count = faults.withLock { book in
                for rule in rules { book.add(rule) }
                return book.rules.count
            }
            return Reply(json: ["rules": .number(count)])
        } catch {
            return Reply(APIError(400, "\(error)"))
        }
    }
}

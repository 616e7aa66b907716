import HTTP
package import HTTPClient
package import JSON
package import Support

/// Calls the models over OpenAI's API: fills in roles, retries, checks replies, counts what they cost.
package final class ModelClient: Sendable {
    /// The client for which calls are made in this task.
    @TaskLocal package static var caller = Caller()

    package let configuration: ModelsConfiguration
    private let http: HTTPClient
    let clock: WallClock
    private let log: Log
    let record: @Sendable (CallRecord) -> Void
    private let roster = ModelRoster()
    private let providers: [Provider]
    private let retries = RetryPolicy()

    /// - Parameter record: takes every try of every chat call, also those that failed.
    /// - Precondition: each role has a model.
    package init(
        configuration: ModelsConfiguration, http: HTTPClient, clock: WallClock = .system, log: Log = .none,
        record: @escaping @Sendable (CallRecord) -> Void = { _ in }
    ) {
        precondition(Role.allCases.allSatisfy { !configuration[$0].models.isEmpty }, "a role without a model")
        self.configuration = configuration
        providers = Provider.all(configuration)
        self.http = http
        self.clock = clock
        self.log = log
        self.record = record
    }

    /// Whether any model can be called.
    package var hasUpstream: Bool { !providers.isEmpty }

    /// Whether a model of the role can be called.
    package func hasUpstream(for role: Role) -> Bool {
        configuration[role].models.contains { model in providers.contains { $0.has(model) } }
    }

    func provider(of model: String) throws(ModelError) -> Provider {
        guard let provider = providers.first(where: { $0.has(model) }) else {
            throw ModelError(.noUpstream, detail: hasUpstream ? "no upstream has the model \(model)" : nil)
        }
        return provider
    }

    /// The model that a role asks first.
    package func firstModel(of role: Role) -> String? { configuration[role].models.first }

    package func price(of model: String) -> Price? { configuration.price(of: model) }

    /// What a call cost; nil when the model's price is unknown.
    package func cost(model: String, usage: Usage) -> Money? { configuration.cost(model: model, usage: usage) }

    /// Asks the role's model; fills in `model`, and `reasoning_effort` where it is absent.
    ///
    /// A model that the upstream does not have is passed over for an hour, with one warning.
    ///
    /// - Parameters:
    ///   - body: a request of that form.
    ///   - deadlineMilliseconds: from now, retries included; the role's time where that is shorter.
    ///   - receive: has the answer streamed and takes it piece by piece; nil waits for the whole.
    package func chat(
        _ body: JSONObject, api: AnswerAPI = .chat, role: Role, purpose: Purpose, deadlineMilliseconds: Int? = nil,
        receive: StreamReceiver? = nil
    ) async throws(ModelError) -> Completion {
        let settings = configuration[role]
        let deadline = Deadline(milliseconds: min(settings.timeoutMilliseconds, deadlineMilliseconds ?? .max))
        var models = roster.candidates(settings.models, now: clock.now)[...]
        while true {
            let model = models.removeFirst()
            var body = api.body(body, reasoningEffort: settings.reasoningEffort(of: model))
            body["model"] = .string(model)
            do {
                let subject = Subject(api: api, role: role, model: model, purpose: purpose)
                return try await chat(body, subject, deadline, receive)
            } catch {
                guard error.isModelGone, let next = models.first else { throw error }
                // A model that one client may not use is not gone for the others.
                if ModelClient.caller.key == nil, roster.markGone(model, now: clock.now) {
                    log.warning("\(role.rawValue): upstream has no model \(model) (\(error)); asking \(next) instead")
                }
            }
        }
    }

    /// Asks the model that the client named; the body passes as it is.
    ///
    /// - Parameters:
    ///   - deadlineMilliseconds: from now, retries included; the time of *full* where that is shorter.
    ///   - receive: has the answer streamed and takes it piece by piece; nil waits for the whole.
    package func chat(
        _ body: JSONObject, api: AnswerAPI = .chat, model: String, purpose: Purpose,
        deadlineMilliseconds: Int? = nil, receive: StreamReceiver? = nil
    ) async throws(ModelError) -> Completion {
        let limit = configuration.full.timeoutMilliseconds
        let deadline = Deadline(milliseconds: min(limit, deadlineMilliseconds ?? .max))
        let subject = Subject(api: api, role: nil, model: model, purpose: purpose)
        return try await chat(body, subject, deadline, receive)
    }

    /// The models that the upstreams list with `GET /models`: of each those that it would be asked for.
    ///
    /// - Throws: the error of the upstream that has every model; another one that fails is left out, with a warning.
    package func models() async throws(ModelError) -> [JSONValue] {
        guard hasUpstream else { throw ModelError(.noUpstream) }
        var models: [JSONValue] = []
        for provider in providers {
            do throws(ModelError) {
                models += try await self.models(of: provider)
            } catch {
                guard provider !== providers.last else { throw error }
                log.warning("the models of \(provider.host) are not listed: \(error)")
            }
        }
        return models
    }

    private func models(of provider: Provider) async throws(ModelError) -> [JSONValue] {
        let deadline = Deadline(milliseconds: configuration.mini.timeoutMilliseconds)
        let answer = try await exchange("GET", "/models", of: provider, body: [], deadline) { _, _ in }
        do {
            let listed = try InvalidReply.parse(answer.body)["data"]?.array ?? []
            warn(of: listed, by: provider)
            return listed.filter { model in
                guard let name = model["id"]?.string else { return false }
                return providers.first { $0.has(name) } === provider
            }
        } catch {
            throw modelError(error, answer)
        }
    }

    /// Says in the log, once an hour, which of the roles' models the upstream does not list or is going to shut down.
    private func warn(of listed: [JSONValue], by provider: Provider) {
        for role in Role.allCases {
            for model in configuration[role].models where providers.first(where: { $0.has(model) }) === provider {
                let found = listed.first { $0["id"]?.string == model }
                let shutdown = found?["shutdown_date"].flatMap { $0.isNull ? nil : $0.string ?? $0.text }
                guard found == nil || shutdown != nil, roster.isNews(model, now: clock.now) else { continue }
                let reason = shutdown.map { "is shut down by the upstream on \($0)" } ?? "is not listed by the upstream"
                log.warning("\(role.rawValue): model \(model) \(Log.singleLine(reason))")
            }
        }
    }

    /// Whose call it is, for the ledger.
    struct Subject {
        var api: AnswerAPI
        var role: Role?
        var model: String
        var purpose: Purpose
    }

    private func chat(
        _ body: JSONObject, _ subject: Subject, _ deadline: Deadline, _ receive: StreamReceiver?
    ) async throws(ModelError) -> Completion {
        if let receive { return try await streamedAnswer(body, subject, deadline, receive) }
        let answer = try await exchange(
            "POST", subject.api.path, of: try provider(of: subject.model), body: JSONValue.object(body).bytes, deadline
        ) { failure, latency in note(subject, status: failure.status, latency: latency) }
        return try completion(of: answer, subject)
    }

    /// Reads a reply that is not streamed, and notes the call.
    func completion(of answer: Answer, _ subject: Subject) throws(ModelError) -> Completion {
        do {
            var completion = try Completion(
                body: answer.body, api: subject.api, headers: answer.headers, requestedModel: subject.model,
                latencyMilliseconds: answer.latencyMilliseconds)
            note(subject, answer, &completion)
            return completion
        } catch {
            note(subject, status: "invalid_reply", latency: answer.latencyMilliseconds)
            throw modelError(error, answer)
        }
    }

    /// Notes a call that brought an answer, and writes on the answer what it cost.
    func note(_ subject: Subject, _ answer: Answer, _ completion: inout Completion) {
        completion.cost = completion.usage.flatMap { [model = completion.model] in cost(model: model, usage: $0) }
        note(subject, status: String(answer.status), latency: completion.latencyMilliseconds, completion)
    }

    func note(_ subject: Subject, status: String, latency: Double, _ completion: Completion? = nil) {
        record(
            CallRecord(
                role: subject.role, model: completion?.model ?? subject.model, purpose: subject.purpose,
                usage: completion?.usage, cost: completion?.cost, latencyMilliseconds: latency, status: status,
                time: clock.now))
    }

    /// - Parameter body: of an answer that came in pieces.
    func modelError(_ invalid: InvalidReply, _ answer: Answer, _ body: [UInt8]? = nil) -> ModelError {
        let reason = excerpt(of: Array(invalid.reason.utf8), hiding: answer.key)
        return ModelError(.invalidReply(reason: "\(reason): \(excerpt(of: body ?? answer.body, hiding: answer.key))"))
    }
}

extension ModelClient {
    /// A successful response.
    struct Answer {
        var response: Response
        var start: ContinuousClock.Instant
        /// What the upstream was called with; not to be shown.
        var key: Secret?

        var status: Int { response.status }
        var headers: Headers { response.headers }
        /// The body of a response that was not asked for as a stream.
        var body: [UInt8] { response.body.bytes ?? [] }
        /// Until now.
        var latencyMilliseconds: Double { milliseconds(since: start) }
    }

    /// Sends a request until it succeeds, or another try makes no sense.
    ///
    /// - Parameters:
    ///   - isStreamed: returns at the head of a successful response; what fails after it is not tried again.
    ///   - failed: is told of each try that failed, with its latency in milliseconds.
    func exchange(
        _ method: String, _ path: String, of provider: Provider, body: [UInt8], _ deadline: Deadline,
        isStreamed: Bool = false, failed: (TryFailure, Double) -> Void
    ) async throws(ModelError) -> Answer {
        if let seconds = provider.breaker.secondsToWait(now: clock.now) {
            throw ModelError(.suspended(seconds: seconds))
        }
        var tries = 0
        while true {
            guard deadline.remainingMilliseconds > 0 else { throw ModelError(.timedOut) }
            tries += 1
            let start = ContinuousClock.now
            let failure: TryFailure
            do {
                let request = request(method, path, of: provider, body: body, deadline)
                let response = isStreamed ? try await http.stream(request) : try await http.send(request)
                if (200...299).contains(response.status) {
                    note(provider, isOutage: false)
                    return Answer(response: response, start: start, key: provider.key)
                }
                let whole = try await response.collected()
                failure = .response(status: whole.status, headers: whole.headers, body: whole.body.bytes ?? [])
            } catch {
                failure = .transport(error)
            }
            if let isOutage = failure.isOutage { note(provider, isOutage: isOutage) }
            failed(failure, milliseconds(since: start))
            let decision = retries.decide(
                failure, tries: tries, remainingMilliseconds: deadline.remainingMilliseconds, now: clock.now,
                random: .random(in: 0..<1))
            guard case .retry(let wait) = decision else { throw ModelError(failure, key: provider.key) }
            log.info("\(path): \(failure.status) from upstream; trying again in \(wait) ms")
            do { try await Task.sleep(for: .milliseconds(wait)) } catch { throw ModelError(.cancelled) }
        }
    }

    private func note(_ provider: Provider, isOutage: Bool) {
        guard provider.breaker.note(isFailure: isOutage, now: clock.now) else { return }
        log.warning(
            "upstream \(provider.host) keeps failing; it is not called for \(Limits.upstreamPauseSeconds) s at a time")
    }

    private func request(
        _ method: String, _ path: String, of provider: Provider, body: [UInt8], _ deadline: Deadline
    ) -> OutgoingRequest {
        var headers = ModelClient.caller.headers
        headers["Accept"] = "application/json"
        if let key = provider.key { headers["Authorization"] = "Bearer " + key.reveal() }
        if !body.isEmpty { headers["Content-Type"] = "application/json" }
        return OutgoingRequest(
            method: method, url: provider.url(path), headers: headers, body: body,
            timeoutMilliseconds: max(1, deadline.remainingMilliseconds),
            connectTimeoutMilliseconds: Limits.upstreamConnectSecondsMax * 1_000,
            bodyBytesMax: Limits.upstreamBodyBytesMax)
    }
}

extension TryFailure {
    /// As a `CallRecord` names it.
    var status: String {
        switch self {
        case .response(let status, _, _): String(status)
        case .transport(let error): error.status
        }
    }
}

extension HTTPClientError {
    /// As a `CallRecord` names it.
    package var status: String {
        switch kind {
        case .cannotConnect: "unreachable"
        case .timedOut: "timeout"
        case .tls: "tls"
        case .cut: "cut"
        case .tooLarge: "too_large"
        case .cancelled: "cancelled"
        case .invalidURL, .invalidHeader: "invalid_request"
        case .closed: "closed"
        case .other: "failed"
        }
    }
}

/// The moment until which a call may take, on a clock that nobody sets.
struct Deadline {
    let instant: ContinuousClock.Instant

    /// From now.
    init(milliseconds: Int) {
        instant = ContinuousClock.now + .milliseconds(milliseconds)
    }

    var remainingMilliseconds: Int {
        let (seconds, attoseconds) = (instant - ContinuousClock.now).components
        return Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}

private func milliseconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .milliseconds(1)
}

import HTTP
import Models
package import Store
import Support
import Synchronization
import Tracing

/// The trace of one request: what it does is told to the tracer when it has ended. No text of a question, an answer, a
/// scope or a label is in it.
package final class RequestTrace: Sendable {
    @TaskLocal package static var current: RequestTrace?

    private let tracer: Tracer
    /// Of the request's own span.
    let context: TraceContext
    private let parent: String?
    private let name: String
    private let method: String
    private let start = Tracer.now
    private let calls = Mutex<[(call: Call, end: Int64)]>([])

    /// - Returns: nil where whoever began the trace does not record it.
    init?(_ tracer: Tracer, _ request: Request, route: String) {
        let caller = request.headers["traceparent"].flatMap(TraceContext.init(traceparent:))
        if caller?.isSampled == false { return nil }
        self.tracer = tracer
        context = TraceContext(
            trace: caller?.trace ?? TraceContext.randomID(bytes: 16), span: TraceContext.randomID(bytes: 8),
            isSampled: true)
        parent = caller?.span
        name = route
        method = request.method
    }

    /// Takes a call of a model that was made for the request, at its end.
    package func note(_ call: Call) {
        calls.withLock { $0.append((call, Tracer.now)) }
    }

    /// Tells the tracer of a request that has ended.
    func end(_ row: RequestRow) {
        let end = Tracer.now
        var spans = [requestSpan(row, end)]
        let calls = calls.withLock { $0 }
        let stages = Dictionary(grouping: calls) { Self.stage(of: $0.call.purpose) }
        // Who waited for another's call did none of the work.
        if !row.isCollapsed {
            var time = start
            for (stage, microseconds) in [("embed", row.latency.embed), ("search", row.latency.search)] {
                guard let microseconds, stages[stage] == nil else { continue }
                spans.append(span(stage, .internal, time, time + microseconds * 1_000))
                time += microseconds * 1_000
            }
        }
        for (stage, calls) in stages.sorted(by: { $0.key < $1.key }) {
            let begin = calls.map { $0.end - Int64($0.call.latencyMilliseconds) * 1_000_000 }.min() ?? start
            let parent = span(stage, .internal, max(start, begin), calls.map(\.end).max() ?? end)
            spans.append(parent)
            spans += calls.map { callSpan($0.call, $0.end, in: parent.id) }
        }
        tracer.record(spans)
    }

    private static func stage(of purpose: String) -> String {
        switch purpose {
        case Purpose.confirm.rawValue: "confirm"
        case Purpose.embed.rawValue: "embed"
        default: "upstream"
        }
    }

    private func span(
        _ name: String, _ kind: Span.Kind, _ start: Int64, _ end: Int64, in parent: String? = nil,
        _ attributes: [(key: String, value: Span.Attribute)] = [], failure: String? = nil
    ) -> Span {
        Span(
            trace: context.trace, parent: parent ?? context.span, name: name, kind: kind, start: start, end: end,
            attributes: attributes, failure: failure)
    }

    private func requestSpan(_ row: RequestRow, _ end: Int64) -> Span {
        let dimensions = row.dimensions
        var attributes: [(key: String, value: Span.Attribute)] = [
            ("http.request.method", .text(method)), ("http.route", .text(name)),
            ("refrain.request.id", .text(row.request)), ("refrain.outcome", .text(dimensions.outcome)),
            ("refrain.collapsed", .flag(row.isCollapsed)), ("refrain.stored", .flag(row.isStored)),
            ("refrain.spent_usd", .number(row.spent.dollars)),
        ]
        if let cost = row.fullCost { attributes.append(("refrain.full_only_usd", .number(cost.dollars))) }
        if let verdict = row.verdict { attributes.append(("refrain.verdict", .text(verdict))) }
        if !dimensions.plan.isEmpty { attributes.append(("refrain.plan", .text(dimensions.plan))) }
        if !dimensions.variant.isEmpty { attributes.append(("refrain.variant", .text(dimensions.variant))) }
        return Span(
            trace: context.trace, id: context.span, parent: parent, name: "\(method) \(name)", kind: .server,
            start: start,
            end: end, attributes: attributes, failure: dimensions.outcome == "error" ? "error" : nil)
    }

    /// A call of a model, by the semantic conventions for generative AI.
    private func callSpan(_ call: Call, _ end: Int64, in parent: String) -> Span {
        let operation = call.purpose == Purpose.embed.rawValue ? "embeddings" : "chat"
        let isAnswered = call.status == "200"
        var attributes: [(key: String, value: Span.Attribute)] = [
            ("gen_ai.operation.name", .text(operation)), ("gen_ai.provider.name", .text("openai")),
            ("gen_ai.request.model", .text(call.model)), ("refrain.purpose", .text(call.purpose)),
        ]
        if isAnswered {
            attributes += [
                ("gen_ai.response.model", .text(call.model)),
                ("gen_ai.usage.input_tokens", .integer(call.promptTokens)),
                ("gen_ai.usage.output_tokens", .integer(call.completionTokens)),
            ]
        }
        if !call.role.isEmpty { attributes.append(("refrain.role", .text(call.role))) }
        if let cost = call.cost { attributes.append(("refrain.cost_usd", .number(cost.dollars))) }
        return span(
            "\(operation) \(call.model)", .client, end - Int64(call.latencyMilliseconds) * 1_000_000, end, in: parent,
            attributes, failure: isAnswered ? nil : call.status)
    }
}

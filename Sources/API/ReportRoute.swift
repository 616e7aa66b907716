import Cache
import HTTP
import JSON
import Ledger
import Store
import Support

/// `GET /report` and `GET /report/advice`: what it cost, what it saved, whether it was good, and what to change.
struct ReportRoute: Sendable {
    private let parts: API.Parts

    init(_ parts: API.Parts) {
        self.parts = parts
    }

    func register(in router: inout Router) {
        router.add("GET", "/report") { try await report($0.request) }
        router.add("GET", "/report/advice") { try await advice($0.request) }
    }

    private static let parameters: Set<String> = ["since_seconds", "by", "format"]
    private static let sinceSecondsDefault: Int64 = 7 * 86_400

    private func report(_ request: Request) async throws -> Response {
        let ledger = try ledger(request, Self.parameters)
        let report = try await ledger.report(
            since: parts.clock.now + -(try sinceSeconds(request)), by: try grouping(request),
            tenant: try parts.access.reportedTenant(of: request))
        if try wantsCSV(request) {
            return Response(
                200, headers: ["Content-Type": "text/csv; charset=utf-8; header=present"],
                body: .bytes(Array(report.csv.utf8)))
        }
        return .json(200, report.json)
    }

    private func advice(_ request: Request) async throws -> Response {
        let ledger = try ledger(request, ["since_seconds"])
        let (extract, _) = try await ledger.extract(
            since: parts.clock.now + -(try sinceSeconds(request)), tenant: try parts.access.reportedTenant(of: request))
        let judge = parts.cache.parts.judge
        let advisor = Advisor(extract, errorTarget: judge.errorTarget, floor: judge.floor)
        let requests = extract.requests.values.reduce(0) { $0 + $1.requests }
        return .json(
            200, ["requests": .number(Int(requests)), "advice": .array(advisor.advice.map(\.json))])
    }

    private func ledger(_ request: Request, _ parameters: Set<String>) throws(APIError) -> Ledger {
        try request.allow(parameters: parameters)
        guard let ledger = parts.ledger else { throw APIError.noLedger }
        return ledger
    }

    private func sinceSeconds(_ request: Request) throws(APIError) -> Int64 {
        try request.sinceSeconds(otherwise: Self.sinceSecondsDefault)
    }

    private func grouping(_ request: Request) throws(APIError) -> Grouping {
        guard let text = request.query("by") else { return .day }
        guard let grouping = Grouping(text) else {
            throw Self.invalid("by", text, "one of \(Grouping.choices.joined(separator: ", "))")
        }
        return grouping
    }

    private func wantsCSV(_ request: Request) throws(APIError) -> Bool {
        switch request.query("format") ?? "json" {
        case "json": return false
        case "csv": return true
        case let other: throw Self.invalid("format", other, "json or csv")
        }
    }

    fileprivate static func invalid(_ name: String, _ value: String, _ wanted: String) -> APIError {
        APIError(400, "\(name) must be \(wanted), not \"\(value)\"", param: name, code: "invalid_value")
    }
}

extension APIError {
    static var noLedger: APIError {
        APIError(404, "no ledger is kept: the setting ledger.enabled is false", code: "no_ledger")
    }
}

extension Request {
    /// The age of what is reported on, as the parameter `since_seconds` gives it.
    func sinceSeconds(otherwise usual: Int64) throws(APIError) -> Int64 {
        guard let text = query("since_seconds") else { return usual }
        guard let seconds = Int64(text), (0...(1 << 33)).contains(seconds) else {
            throw ReportRoute.invalid("since_seconds", text, "a number of seconds from 0 to \(1 << 33)")
        }
        return seconds
    }
}

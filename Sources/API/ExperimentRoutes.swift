import Experiments
import HTTP
import JSON
import Ledger
import Support

/// `GET /experiments` and `GET /experiments/{name}`: what is tried on the traffic, and what came of it so far.
struct ExperimentRoutes: Sendable {
    private let parts: API.Parts

    init(_ parts: API.Parts) {
        self.parts = parts
    }

    func register(in router: inout Router) {
        router.add("GET", "/experiments") { _ in
            .json(200, ["experiments": .array(parts.trials.experiments.map { .object($0.json) })])
        }
        router.add("GET", "/experiments/{name}") { try await report($0) }
    }

    private func report(_ call: Router.Call) async throws -> Response {
        try call.request.allow(parameters: ["since_seconds"])
        let name = call.parameters["name"] ?? ""
        guard let experiment = parts.trials.experiments.first(where: { $0.name == name }) else {
            let near = closest(to: name, among: parts.trials.experiments.map(\.name))
            throw APIError(
                404, "there is no experiment \"\(name)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? ""),
                param: "name", code: "experiment_not_found")
        }
        guard let ledger = parts.ledger else { throw APIError.noLedger }
        let seconds = try call.request.sinceSeconds(otherwise: 365 * 86_400)
        let (extract, _) = try await ledger.extract(
            since: parts.clock.now + -seconds, tenant: try parts.access.reportedTenant(of: call.request))
        return .json(200, .object(ExperimentReport(experiment, extract).json))
    }
}

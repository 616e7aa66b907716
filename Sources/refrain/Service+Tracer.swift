import Configuration
import HTTP
import HTTPClient
import Support
import Tracing

extension Service {
    /// What sends spans to the collector that the settings name.
    static func tracer(_ settings: Settings, _ http: HTTPClient, _ log: Log) -> Tracer? {
        guard let endpoint = settings.tracesEndpoint, settings.ledger.isEnabled else { return nil }
        return Tracer(version: Program.version, log: log) { body in
            let response = try await http.send(
                OutgoingRequest(
                    method: "POST", url: endpoint + "/v1/traces", headers: ["Content-Type": "application/json"],
                    body: body, timeoutMilliseconds: Limits.spanRequestSecondsMax * 1_000,
                    connectTimeoutMilliseconds: Limits.upstreamConnectSecondsMax * 1_000,
                    bodyBytesMax: Limits.upstreamBodyBytesMax))
            guard (200...299).contains(response.status) else {
                throw CommandError("the collector answered with status \(response.status)")
            }
        }
    }
}

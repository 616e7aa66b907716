import Server
import Support
import Synchronization

/// The server's numbers for /metrics; the API is there before the server, so they are looked up when asked for.
final class ServerGauges: Sendable {
    private let server = Mutex<HTTPServer?>(nil)

    func watch(_ server: HTTPServer) {
        self.server.withLock { $0 = server }
    }

    @Sendable func read() -> [(name: String, help: String, value: Double)] {
        guard let statistics = server.withLock({ $0?.statistics }) else { return [] }
        return [
            (
                "process_resident_memory_bytes", "Memory that the process takes, that of files included.",
                Double(MemoryBudget.usage().resident)
            ),
            ("refrain_connections", "Open connections.", Double(statistics.connections)),
            ("refrain_http_requests_total", "Requests whose headers came.", Double(statistics.requests)),
            (
                "refrain_http_refused_total", "Requests that were malformed, too large or too many.",
                Double(statistics.refused)
            ),
            (
                "refrain_http_deserted_total", "Requests whose client left before its answer.",
                Double(statistics.deserted)
            ),
            ("refrain_requests_in_flight", "Requests being worked on.", Double(statistics.requestsInFlight)),
        ]
    }
}

import Glibc
import JSON
package import Support
import Synchronization

/// Gathers spans and sends them, many at once, to a collector that takes OTLP over HTTP as JSON.
///
/// Recording never waits: what finds no room is dropped and counted, and so is what the collector does not take.
package final class Tracer: Sendable {
    /// Sends a request's body to the collector.
    package typealias Send = @Sendable (_ body: [UInt8]) async throws -> Void

    private struct State {
        var spans: [Span] = []
        var isSendDue = false
    }

    private let resource: JSONValue
    private let scope: JSONValue
    private let send: Send
    private let clock: WallClock
    private let log: Log
    private let failures = LogThrottle()
    private let state = Mutex(State())
    private let sentSpans = Counter()
    private let droppedSpans = Counter()

    /// - Parameter version: of this program.
    package init(version: String, clock: WallClock = .system, log: Log = .none, send: @escaping Send) {
        let attributes: [(key: String, value: Span.Attribute)] = [
            ("service.name", .text("refrain")), ("service.version", .text(version)),
        ]
        resource = ["attributes": .array(attributes.map { ["key": .string($0.key), "value": $0.value.json] })]
        scope = ["name": "refrain", "version": .string(version)]
        self.clock = clock
        self.log = log
        self.send = send
    }

    package var sent: Int { sentSpans.value }
    package var dropped: Int { droppedSpans.value }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    package static var now: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    package func record(_ spans: [Span]) {
        let (mustSchedule, surplus) = state.withLock { state -> (Bool, Int) in
            let room = max(0, Limits.spansPendingMax - state.spans.count)
            state.spans += spans.prefix(room)
            defer { state.isSendDue = true }
            return (!state.isSendDue, max(0, spans.count - room))
        }
        droppedSpans.add(surplus)
        guard mustSchedule else { return }
        Task { [weak self] in
            try? await Task.sleep(for: .milliseconds(Limits.spanDelayMillisecondsMax))
            await self?.flush()
        }
    }

    /// Sends what there is.
    package func flush() async {
        var spans = state.withLock { state -> [Span] in
            state.isSendDue = false
            defer { state.spans = [] }
            return state.spans
        }[...]
        while !spans.isEmpty {
            let batch = spans.prefix(Limits.spansPerRequestMax)
            spans = spans.dropFirst(Limits.spansPerRequestMax)
            do {
                try await send(body(of: batch).bytes)
                sentSpans.add(batch.count)
            } catch {
                droppedSpans.add(batch.count)
                if let line = failures.line(
                    "spans are lost, the collector does not take them: \(error)", now: clock.now)
                {
                    log.warning(line)
                }
            }
        }
    }

    private func body(of spans: ArraySlice<Span>) -> JSONValue {
        [
            "resourceSpans": [
                ["resource": resource, "scopeSpans": [["scope": scope, "spans": .array(spans.map(\.json))]]]
            ]
        ]
    }
}

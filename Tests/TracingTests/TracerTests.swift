import JSON
import Support
import Synchronization
import Testing

@testable import Tracing

@Suite struct TracerTests {
    /// What a collector got.
    private final class Collector: Sendable {
        let bodies = Mutex<[JSONValue]>([])
        let isDown = Mutex(false)

        struct Down: Error {}

        func take(_ body: [UInt8]) throws {
            if isDown.withLock({ $0 }) { throw Down() }
            let value = try JSONValue.parse(body)
            bodies.withLock { $0.append(value) }
        }

        var spans: [JSONValue] {
            bodies.withLock { $0 }.flatMap { $0["resourceSpans"]?[0]?["scopeSpans"]?[0]?["spans"]?.array ?? [] }
        }
    }

    private static func span(_ name: String, failure: String? = nil) -> Span {
        Span(
            trace: "4bf92f3577b34da6a3ce929d0e0e4736", id: "00f067aa0ba902b7", parent: nil, name: name, kind: .client,
            start: 1_800_000_000_000_000_000, end: 1_800_000_000_000_000_001,
            attributes: [("a", .text("b")), ("c", .integer(5)), ("d", .number(0.5)), ("e", .flag(true))],
            failure: failure)
    }

    @Test func sendsOTLP() async throws {
        let collector = Collector()
        let tracer = Tracer(version: "1.2.3") { try collector.take($0) }
        tracer.record([Self.span("one"), Self.span("two", failure: "timeout")])
        await tracer.flush()
        let body = try #require(collector.bodies.withLock { $0 }.first)
        let resource = try #require(body["resourceSpans"]?[0])
        #expect(
            resource["resource"]?["attributes"]?[0] == ["key": "service.name", "value": ["stringValue": "refrain"]])
        #expect(resource["scopeSpans"]?[0]?["scope"] == ["name": "refrain", "version": "1.2.3"])
        #expect(
            collector.spans.first == [
                "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "spanId": "00f067aa0ba902b7", "name": "one", "kind": 3,
                "startTimeUnixNano": "1800000000000000000", "endTimeUnixNano": "1800000000000000001",
                "attributes": [
                    ["key": "a", "value": ["stringValue": "b"]], ["key": "c", "value": ["intValue": "5"]],
                    ["key": "d", "value": ["doubleValue": 0.5]], ["key": "e", "value": ["boolValue": true]],
                ], "status": [:],
            ])
        #expect(collector.spans.last?["status"] == ["code": 2])
        #expect(tracer.sent == 2 && tracer.dropped == 0)
    }

    @Test func sendsManyAtOnceAndDropsWhatFindsNoRoom() async {
        let collector = Collector()
        let tracer = Tracer(version: "1") { try collector.take($0) }
        for _ in 0..<(Limits.spansPendingMax / 2) { tracer.record([Self.span("a"), Self.span("b")]) }
        tracer.record([Self.span("c"), Self.span("d"), Self.span("e")])
        #expect(tracer.dropped == 3)
        await tracer.flush()
        #expect(collector.bodies.withLock { $0.count } == Limits.spansPendingMax / Limits.spansPerRequestMax)
        #expect(tracer.sent == Limits.spansPendingMax && tracer.dropped == 3)
        #expect(!collector.spans.contains { $0["name"] == "c" })
    }

    @Test func countsWhatTheCollectorDoesNotTake() async {
        let collector = Collector()
        let tracer = Tracer(version: "1") { try collector.take($0) }
        collector.isDown.withLock { $0 = true }
        tracer.record([Self.span("lost")])
        await tracer.flush()
        #expect(tracer.sent == 0 && tracer.dropped == 1)
        collector.isDown.withLock { $0 = false }
        tracer.record([Self.span("kept")])
        await tracer.flush()
        #expect(collector.spans.map { $0["name"] } == ["kept"])
        await tracer.flush()
        #expect(collector.bodies.withLock { $0.count } == 1, "nothing is sent of nothing")
    }
}

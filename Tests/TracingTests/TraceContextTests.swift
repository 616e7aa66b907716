import Testing

@testable import Tracing

@Suite struct TraceContextTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    @Test(arguments: [
        ("00-\(trace)-\(span)-01", true), ("00-\(trace)-\(span)-00", false), ("00-\(trace)-\(span)-03", true),
        ("01-\(trace)-\(span)-01", true), ("01-\(trace)-\(span)-01-more", true),
    ]) func readsAField(field: String, isSampled: Bool) throws {
        let context = try #require(TraceContext(traceparent: field))
        #expect(context == TraceContext(trace: Self.trace, span: Self.span, isSampled: isSampled))
        #expect(context.traceparent == "00-\(Self.trace)-\(Self.span)-0\(isSampled ? 1 : 0)")
    }

    @Test(arguments: [
        "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-01-more", "ff-\(trace)-\(span)-01",
        "00-\(trace.uppercased())-\(span)-01", "00-\(trace)-\(span)-1", "00-\(trace)-\(span)-0x",
        "00-\(String(repeating: "0", count: 32))-\(span)-01", "00-\(trace)-\(String(repeating: "0", count: 16))-01",
        "00-\(trace.dropLast())-\(span)-01", "00-\(trace)-\(span)0-01", "00 \(trace) \(span) 01",
    ]) func refusesWhatIsNone(field: String) {
        #expect(TraceContext(traceparent: field) == nil)
    }

    @Test func idsDiffer() {
        let ids = Set((0..<1_000).map { _ in TraceContext.randomID(bytes: 8) })
        #expect(ids.count == 1_000 && ids.allSatisfy { $0.utf8.count == 16 })
        #expect(
            TraceContext(trace: TraceContext.randomID(bytes: 16), span: ids.first!, isSampled: true).traceparent.utf8
                .count == 55)
    }
}

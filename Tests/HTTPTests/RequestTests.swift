import Testing

@testable import HTTP

@Suite struct RequestTests {
    @Test func findsTheFirstValueOfAQueryName() {
        let request = Request("GET", "/cache/entries", query: [("tag", "a"), ("tag", "b"), ("empty", "")])
        #expect(request.query("tag") == "a")
        #expect(request.query("empty") == "")
        #expect(request.query("Tag") == nil)
    }

    @Test func aWholeBodyHasBytesAndAStreamHasNone() {
        let stream = AsyncThrowingStream<[UInt8], any Error> { $0.finish() }
        #expect(Response(200, body: .bytes([1, 2])).body.bytes == [1, 2])
        #expect(Response(204).body.bytes == [])
        #expect(Response(200, body: .stream(stream)).body.bytes == nil)
    }
}

import Foundation
import HTTP
import JSON
import Support
import Synchronization
import Testing

@testable import Embedding

@Suite struct RemoteEmbedderTests {
    private static func base64(_ vector: [Float]) -> JSONValue {
        .string(
            Data(vector.flatMap { value in (0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 255) } })
                .base64EncodedString())
    }

    private static func embedding(_ index: Int, _ vector: JSONValue) -> JSONValue {
        ["object": "embedding", "index": .number(index), "embedding": vector]
    }

    private static func reply(_ embeddings: [JSONValue]) -> Response {
        Response(200, body: .bytes(JSONValue.object(["object": "list", "data": .array(embeddings)]).bytes))
    }

    private func embedder(
        base: String = "http://example.test/v1", apiKey: String? = nil, requestsDimension: Bool = false,
        _ send: @escaping RemoteEmbedder.Send
    ) -> RemoteEmbedder {
        RemoteEmbedder(
            base: base, model: "small", dimension: 2, requestsDimension: requestsDimension, apiKey: apiKey, send: send)
    }

    @Test func theRequestIsOpenAIs() async throws {
        let seen = Mutex<(url: String, headers: Headers, body: JSONValue)?>(nil)
        let embedder = embedder(base: "http://example.test/v1/", apiKey: "secret", requestsDimension: true) {
            url, headers, body in
            let value = try JSONValue.parse(body)
            seen.withLock { $0 = (url, headers, value) }
            return Self.reply([Self.embedding(0, Self.base64([3, 4]))])
        }
        #expect(try await embedder.embed(["say \"hi\""]) == [[0.6, 0.8]])
        let request = try #require(seen.withLock { $0 })
        #expect(request.url == "http://example.test/v1/embeddings")
        #expect(request.headers["authorization"] == "Bearer secret")
        #expect(request.headers["content-type"] == "application/json")
        #expect(
            request.body == [
                "model": "small", "input": ["say \"hi\""], "encoding_format": "base64", "dimensions": 2,
            ])
        #expect(embedder.identity == EmbedderIdentity(name: "remote:small/2", dimension: 2))
    }

    @Test func withoutAKeyNoneIsSent() async throws {
        let embedder = embedder { _, headers, body in
            #expect(headers["authorization"] == nil)
            let request = try JSONValue.parse(body)
            #expect(request["dimensions"] == nil)
            return Self.reply([Self.embedding(0, [0, -2])])
        }
        #expect(try await embedder.embed(["a"]) == [[0, -1]])
        #expect(try await embedder.embed([]) == [])
    }

    @Test func repliesInAnyOrderAndFormAreSortedAndScaled() async throws {
        let embedder = embedder { _, _, _ in
            Self.reply([
                Self.embedding(2, Self.base64([0, 1e-30])), Self.embedding(0, [1e38, 0]), Self.embedding(1, [3, -4]),
            ])
        }
        #expect(try await embedder.embed(["a", "b", "c"]) == [[1, 0], [0.6, -0.8], [0, 1]])
    }

    @Test func manyTextsGoInSeveralRequests() async throws {
        let sizes = Mutex<[Int]>([])
        let embedder = embedder { _, _, body in
            let input = try JSONValue.parse(body)["input"]!.array!
            sizes.withLock { $0.append(input.count) }
            return Self.reply(input.enumerated().map { Self.embedding($0, $1 == "odd" ? [1, 0] : [0, 1]) })
        }
        let texts = (0..<150).map { $0 % 2 == 0 ? "even" : "odd" }
        let vectors = try await embedder.embed(texts)
        #expect(vectors == texts.map { $0 == "odd" ? [1, 0] : [0, 1] })
        #expect(sizes.withLock { $0 } == [64, 64, 22])
    }

    private static let one = embedding(0, [1, 0])
    static let badReplies: [(why: String, Response)] = [
        ("it has 1 vectors instead of 2", reply([one])),
        ("it has 3 vectors instead of 2", reply([one, embedding(1, [1, 0]), embedding(2, [1, 0])])),
        ("vector 1 has 3 dimensions instead of 2", reply([one, embedding(1, [1, 0, 0])])),
        ("vector 1 has 1 dimensions instead of 2", reply([one, embedding(1, base64([1]))])),
        ("vector 1 has an element that is no number", reply([one, embedding(1, base64([.nan, 1]))])),
        ("vector 1 has an element that is no number", reply([one, embedding(1, base64([1, .infinity]))])),
        ("vector 1 has an element that is no number", reply([one, embedding(1, [1, 1e300])])),
        ("vector 1 has an element that is no number", reply([one, embedding(1, [1, "2"])])),
        ("vector 1 is zero", reply([one, embedding(1, base64([0, -0.0]))])),
        ("vector 1 is not base64 of float32", reply([one, embedding(1, "?!")])),
        ("vector 1 is not base64 of float32", reply([one, embedding(1, "AAAA")])),
        ("vector 1 is null", reply([one, embedding(1, nil)])),
        ("vector 1 is missing", reply([one, ["index": 1]])),
        ("an \"index\" is missing, stands twice or is out of range", reply([one, one])),
        ("an \"index\" is missing, stands twice or is out of range", reply([one, embedding(2, [1, 0])])),
        ("an \"index\" is missing, stands twice or is out of range", reply([one, ["embedding": [1, 0]]])),
        ("it has no array \"data\"", Response(200, body: .bytes(Array("{}".utf8)))),
        (
            "invalid JSON at byte 5: the text ends where a value should stand",
            Response(200, body: .bytes(Array("{\"a\":".utf8)))
        ),
    ]

    @Test(arguments: badReplies)
    func anUnusableReplyIsRefused(_ why: String, _ response: Response) async {
        let embedder = embedder { _, _, _ in response }
        let error = await #expect(throws: EmbeddingError.self) { try await embedder.embed(["a", "b"]) }
        #expect(error?.kind == .badReply)
        #expect(error?.why == why)
        #expect(error?.description.contains("http://example.test/v1/embeddings") == true)
    }

    @Test(arguments: [
        (401, #"{"error":{"message":"bad\nkey"}}"#, "bad\\u{a}key", "check the API key"),
        (500, "oops", nil, "try again later"),
        (400, #"{"error":{}}"#, nil, nil),
    ])
    func aRefusalTellsTheStatusAndTheServersWords(
        _ status: Int, _ body: String, _ why: String?, _ remedy: String?
    ) async {
        let embedder = embedder { _, _, _ in Response(status, body: .bytes(Array(body.utf8))) }
        let error = await #expect(throws: EmbeddingError.self) { try await embedder.embed(["a"]) }
        #expect(error?.kind == .upstream(status: status))
        #expect(error?.why == why)
        #expect(error?.remedy == remedy)
    }

    @Test func anUnreachableServerIsExplainedAndACancellationKept() async {
        struct Unreachable: Error {}
        let unreachable = embedder { _, _, _ in throw Unreachable() }
        let error = await #expect(throws: EmbeddingError.self) { try await unreachable.embed(["a"]) }
        #expect(error?.kind == .upstream(status: nil))
        let cancelled = embedder { _, _, _ in throw CancellationError() }
        await #expect(throws: CancellationError.self) { try await cancelled.embed(["a"]) }
    }

    /// Whatever the transport calls it: a client that left is no trouble of the server's.
    @Test func aCallGivenUpIsNoErrorOfTheServer() async {
        struct Closed: Error {}
        let embedder = embedder { _, _, _ in
            try? await Task.sleep(for: .seconds(60))
            throw Closed()
        }
        let call = Task { try await embedder.embed(["a"]) }
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
    }
}

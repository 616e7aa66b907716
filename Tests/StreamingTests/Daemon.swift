import Foundation
import HTTP
import HTTPClient
import JSON
import TestProcess

/// A `refrain serve` of its own in a folder of its own, and a client of it.
final class Daemon: Sendable {
    let url: String
    let http = HTTPClient()
    private let folder: URL
    private let process: Program

    /// What a daemon that did not come up said.
    struct DidNotStart: Error {
        let line: String
    }

    /// Returns when it is ready.
    static func started(upstream: String) async throws -> Daemon {
        try await onThread { try Daemon(upstream: upstream) }
    }

    /// Blocks until it is ready.
    private init(upstream: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "refrain-streaming-\(UUID().uuidString)")
        let program = Bundle.main.executableURL?.deletingLastPathComponent().appending(path: "refrain")
        let environment = ProcessInfo.processInfo.environment.filter { name, _ in
            name == "REFRAIN_MODEL" || !name.hasPrefix("REFRAIN_") && !name.hasPrefix("OPENAI_")
        }.merging(["REFRAIN_AUDIT_SHARE": "0"]) { $1 }
        let output = Pipe()
        let process = try Program(
            program?.path ?? "",
            [
                "serve", "--data", folder.path, "--listen", "127.0.0.1:0", "--upstream", upstream, "--log-level",
                "error",
            ], environment: environment, output: .pipe(output))
        self.process = process
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n"), let byte = try output.fileHandleForReading.read(upToCount: 1),
            !byte.isEmpty
        {
            line += byte
        }
        let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == ";" }
        guard let url = words.first(where: { $0.hasPrefix("http://") }) else {
            process.send(SIGTERM)
            process.wait()
            throw DidNotStart(line: String(decoding: line, as: UTF8.self))
        }
        self.url = String(url)
    }

    func stop() async {
        await http.close()
        process.send(SIGTERM)
        _ = await Self.onThread { [process] in process.wait() }
        try? FileManager.default.removeItem(at: folder)
    }

    /// Runs what blocks on a thread of its own: the tests share a pool of few.
    private static func onThread<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: Result<Value, Failure> { () throws(Failure) in try body() })
            }
        }
        return try result.get()
    }

    // MARK: Asking it

    static func chat(_ question: String, stream: Bool = true, _ more: JSONObject = [:]) -> JSONObject {
        var body: JSONObject = [
            "model": "refrain", "stream": .bool(stream),
            "messages": [["role": "user", "content": .string(question)]],
        ]
        for member in more.members { body[member.name] = member.value }
        return body
    }

    /// The response at its head.
    func open(_ body: JSONObject, path: String = "/v1/chat/completions") async throws -> Response {
        try await http.stream(
            OutgoingRequest(
                method: "POST", url: url + path, headers: ["Content-Type": "application/json"],
                body: JSONValue.object(body).bytes, timeoutMilliseconds: 60_000, connectTimeoutMilliseconds: 10_000,
                bodyBytesMax: 16 << 20))
    }

    /// The whole response.
    func ask(_ body: JSONObject, path: String = "/v1/chat/completions") async throws -> StreamedAnswer {
        let response = try await open(body, path: path)
        var bytes: [UInt8] = []
        for try await piece in response.pieces { bytes += piece }
        return StreamedAnswer(status: response.status, headers: response.headers, body: bytes)
    }

    func get(_ path: String) async throws -> [UInt8] {
        try await Self.get(url + path, http)
    }

    static func get(_ url: String, _ http: HTTPClient) async throws -> [UInt8] {
        try await http.send(
            OutgoingRequest(
                method: "GET", url: url, timeoutMilliseconds: 60_000, connectTimeoutMilliseconds: 10_000,
                bodyBytesMax: 16 << 20)
        ).body.bytes ?? []
    }

    /// Requests that the server works on, this one among them.
    func requestsInFlight() async throws -> Int? {
        let name = "refrain_requests_in_flight "
        let lines = String(decoding: try await get("/metrics"), as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix(name) }.flatMap { Double($0.dropFirst(name.count)) }.map { Int($0) }
    }

    /// Questions stored so far.
    func stored() async throws -> [String] {
        try JSONValue.parse(await get("/cache/entries"))["entries"]?.array?.compactMap { $0["question"]?.string } ?? []
    }
}

extension Response {
    var pieces: any AsyncSequence<[UInt8], any Error> & Sendable {
        guard case .stream(let pieces) = body else { preconditionFailure("asked for as a stream") }
        return pieces
    }
}

/// A response, and its body read as a stream of events.
struct StreamedAnswer: Sendable {
    let status: Int
    let headers: Headers
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue? { try? JSONValue.parse(body) }
    var cacheStatus: String { headers["Cache-Status"] ?? "" }

    /// The data of each event.
    var events: [String] {
        text.split(separator: "\n\n").map { String($0.dropFirst("data: ".count)) }
    }

    var chunks: [JSONValue] { events.compactMap { try? JSONValue.parse($0) } }
    var isDone: Bool { events.last == "[DONE]" && text.hasSuffix("\n\n") }
    var error: JSONValue? { chunks.last?["error"] }

    var id: String? { (json ?? chunks.first)?["id"]?.string }

    /// The answer's text, streamed or whole.
    var content: String {
        if let message = json?["choices"]?[0]?["message"]?["content"]?.string { return message }
        return chunks.compactMap { $0["choices"]?[0]?["delta"]?["content"]?.string }.joined()
    }
}

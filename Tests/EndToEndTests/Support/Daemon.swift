import Glibc
import HTTP
import HTTPClient
import JSON
import Testing

/// `refrain serve`, run as a program on a data directory of its own.
final class Daemon: Sendable {
    enum Transport: Sendable, CaseIterable { case tcp, unixSocket }

    /// `http://127.0.0.1:PORT`.
    let url: String
    let data: String
    let child: ChildProcess

    var socket: String { data + "/refrain.sock" }
    var readyLine: String { child.output }

    /// Starts it and waits for its ready line.
    static func start(
        in home: Scratch, data: String = "data", upstream: StandIn? = nil, _ options: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> Daemon {
        let data = home(data)
        var arguments = ["serve", "--data", data, "--listen", "127.0.0.1:0"] + options
        if let upstream { arguments += ["--upstream", upstream.url] }
        let child = try await ChildProcess.start(
            Programs.refrain, arguments, environment: Programs.environment(home: home, environment), folder: home)
        let url = try await eventually("the daemon is ready") {
            if let ending = child.ending { throw NeverHappened(description: "\(ending): \(child.errors)") }
            let output = child.output
            return output.hasSuffix("\n")
                ? output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/).map { String($0.0) } : nil
        }
        return Daemon(url, data, child)
    }

    private init(_ url: String, _ data: String, _ child: ChildProcess) {
        self.url = url
        self.data = data
        self.child = child
    }

    func send(
        _ method: String, _ path: String, headers: Headers = [:], body: [UInt8] = [], over transport: Transport = .tcp
    ) async throws -> Reply {
        switch transport {
        case .tcp: try await Wire.send(method, url + path, headers: headers, body: body)
        case .unixSocket:
            try await Wire.send(method, "http://localhost" + path, headers: headers, body: body, socket: socket)
        }
    }

    func get(_ path: String) async throws -> Reply { try await send("GET", path) }

    func post(_ path: String, _ body: JSONValue, headers: Headers = [:], over transport: Transport = .tcp) async throws
        -> Reply
    {
        var headers = headers
        headers["Content-Type"] = "application/json"
        return try await send("POST", path, headers: headers, body: body.bytes, over: transport)
    }

    /// Asks the chat route, with more members or others than the plain request has.
    func chat(_ question: String, _ more: JSONObject = [:], headers: Headers = [:]) async throws -> Reply {
        try await post("/v1/chat/completions", chatBody(question, more), headers: headers)
    }

    func lookup(_ question: String, _ more: JSONObject = [:]) async throws -> Reply {
        var body: JSONObject = ["question": .string(question)]
        for member in more.members { body[member.name] = member.value }
        return try await post("/cache/lookup", .object(body))
    }

    /// Stores an entry and returns its number.
    @discardableResult
    func add(_ question: String, _ answer: String, _ more: JSONObject = [:]) async throws -> Int {
        var body: JSONObject = ["question": .string(question), "answer": .string(answer)]
        for member in more.members { body[member.name] = member.value }
        let reply = try await post("/cache/entries", .object(body))
        return try #require(reply.member("entry")?.int, "\(reply.text)")
    }

    /// How many entries are stored.
    func entryCount() async throws -> Int {
        try #require(try await get("/cache/stats").member("store", "entries")?.int)
    }

    /// SIGTERM, and how it ended.
    func stop() async throws -> ChildProcess.Ending {
        child.send(SIGTERM)
        return try await child.end()
    }
}

/// A chat request of one user message, with more members or others than that.
func chatBody(_ question: String, _ more: JSONObject = [:]) -> JSONValue {
    var body: JSONObject = [
        "model": "gpt-5.2", "messages": [["role": "user", "content": .string(question)]],
    ]
    for member in more.members { body[member.name] = member.value }
    return .object(body)
}

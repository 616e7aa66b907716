import FoundationEssentials
import Glibc

/// The Refrain daemon at its Unix socket.
///
///     let refrain = RefrainClient()
///     let answer = try await refrain.ask("How do I reset my password?")
///     print(answer.text, answer.outcome, answer.savedDollars ?? 0)
public struct RefrainClient: Sendable {
    /// The path of the daemon's socket.
    public var socket: String
    /// Whose answers are seen, and where they are stored.
    public var scope: String
    /// How long the daemon may take, which waits for the model.
    public var timeoutSeconds: Int
    /// The bearer token, for a daemon that asks for one.
    public var token: String?

    /// A client of the daemon at a socket; nothing is opened before the first call.
    public init(
        socket: String = RefrainClient.standardSocket, scope: String = "", timeoutSeconds: Int = 600,
        token: String? = nil
    ) {
        self.socket = socket
        self.scope = scope
        self.timeoutSeconds = timeoutSeconds
        self.token = token
    }

    /// `$REFRAIN_SOCKET`, else refrain.sock in the standard data directory.
    public static var standardSocket: String {
        func variable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
        if let socket = variable("REFRAIN_SOCKET"), !socket.isEmpty { return socket }
        // The XDG base directory specification has a relative path ignored.
        let state = variable("XDG_STATE_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (state ?? (variable("HOME") ?? "") + "/.local/state") + "/refrain/refrain.sock"
    }

    /// The stored answer to a question; nil where there is none. No model writes an answer.
    public func lookup(_ question: String) async throws -> Answer? {
        let reply: Reply = try await post("/cache/lookup", Question(question: question, scope: scope))
        return reply.found
    }

    /// The stored answer to a question, else the model's, which is stored with the tags.
    public func ask(_ question: String, tags: [String] = []) async throws -> Answer {
        let reply: Reply = try await post("/cache/ask", Question(question: question, scope: scope, tags: tags))
        guard let answer = reply.found else { throw RefrainClientError("the daemon's reply has no answer") }
        return answer
    }

    /// Stores an answer, in place of an earlier one to the same words.
    ///
    /// - Returns: the entry's number.
    @discardableResult
    public func store(
        _ question: String, answer: String, tags: [String] = [], timeToLiveSeconds: Int? = nil
    ) async throws -> Int {
        struct Stored: Decodable { let entry: Int }
        let stored: Stored = try await post(
            "/cache/entries",
            Question(
                question: question, scope: scope, tags: tags, answer: answer, timeToLiveSeconds: timeToLiveSeconds))
        return stored.entry
    }

    /// Removes an entry with everything that followed from it.
    ///
    /// - Returns: false where there is none of that number.
    @discardableResult
    public func forget(_ entry: Int) async throws -> Bool {
        do {
            _ = try await send("DELETE", "/cache/entries/\(entry)", [])
            return true
        } catch let error as RefrainClientError where error.status == 404 {
            return false
        }
    }

    /// Says whether an entry's answer was good.
    public func feedback(_ entry: Int, isGood: Bool, comment: String? = nil) async throws {
        struct Feedback: Encodable {
            let entry: Int
            let verdict: String
            let comment: String?
        }
        let body = Feedback(entry: entry, verdict: isGood ? "good" : "bad", comment: comment)
        _ = try await send("POST", "/cache/feedback", Array(try JSONEncoder().encode(body)))
    }

    private func post<Result: Decodable>(_ path: String, _ body: Question) async throws -> Result {
        let reply = try await send("POST", path, Array(try JSONEncoder().encode(body)))
        do {
            return try JSONDecoder().decode(Result.self, from: Data(reply))
        } catch {
            throw RefrainClientError("the daemon's reply cannot be understood: \(error)")
        }
    }

    private func send(_ method: String, _ path: String, _ body: [UInt8]) async throws -> [UInt8] {
        var headers = ["Host: localhost", "Connection: close", "Content-Length: \(body.count)"]
        if !body.isEmpty { headers.append("Content-Type: application/json") }
        if let token { headers.append("Authorization: Bearer \(token)") }
        let head = "\(method) \(path) HTTP/1.1\r\n" + headers.joined(separator: "\r\n") + "\r\n\r\n"
        let response = try await SocketExchange(path: socket, timeoutSeconds: timeoutSeconds)
            .run(Array(head.utf8) + body)
        guard response.status < 400 else {
            struct Problem: Decodable {
                struct Detail: Decodable {
                    let message: String
                    let code: String?
                }
                let error: Detail
            }
            let problem = try? JSONDecoder().decode(Problem.self, from: Data(response.body)).error
            throw RefrainClientError(
                problem?.message ?? "the daemon refused with status \(response.status)", status: response.status,
                code: problem?.code)
        }
        return response.body
    }
}

/// What the daemon refused or could not do.
public struct RefrainClientError: Error, CustomStringConvertible, Sendable {
    /// What happened, in the daemon's words where it answered.
    public let description: String
    /// HTTP's; nil where the daemon did not answer.
    public let status: Int?
    /// The error's name, as OpenAI's errors have it: `not_found`.
    public let code: String?

    init(_ description: String, status: Int? = nil, code: String? = nil) {
        self.description = description
        self.status = status
        self.code = code
    }
}

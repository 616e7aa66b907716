import API
import Cache
import Configuration
import Glibc
import HTTP
import HTTPClient
import JSON
import Models
import Support

/// How a command reaches the service: the running daemon over its socket, or, where none runs, the service itself in
/// this process. The same requests, the same responses.
enum ServiceConnection {
    case daemon(HTTPClient, socket: String)
    case inProcess(Service)

    /// The running daemon; nil where none answers.
    static func daemon(_ settings: Settings) async throws -> ServiceConnection? {
        let http = HTTPClient()
        do {
            _ = try await http.send(request(Request("GET", "/healthz"), settings.socket))
            return .daemon(http, socket: settings.socket)
        } catch  where error.kind == .cannotConnect {
            await http.close()
            return nil
        }
    }

    /// - Parameter searches: whether the command looks questions up, which takes the stored vectors in memory.
    static func open(_ settings: Settings, searches: Bool = false, log: Log) async throws -> ServiceConnection {
        if let running = try await daemon(settings) { return running }
        let service = try Service(settings, .command, log: log)
        if searches { _ = try service.cache.load() }
        try await service.api.planRuns.noteInterrupted()
        return .inProcess(service)
    }

    func close() async {
        switch self {
        case .daemon(let http, _): await http.close()
        case .inProcess(let service): await service.close()
        }
    }

    /// The response's JSON and status.
    ///
    /// - Throws: the service's error for a status of 400 or more, unless `accepting` has it.
    func send(_ request: Request, accepting: Set<Int> = []) async throws -> JSONValue {
        let response = try await response(to: request)
        let body = try JSONValue.parse(response.body.bytes ?? [])
        if response.status >= 400, !accepting.contains(response.status) {
            throw CommandError(
                body["error"]?["message"]?.string ?? "the service answered with status \(response.status)",
                remedy: Self.remedy(response.status, request.path))
        }
        return body
    }

    /// A response's text.
    func text(_ request: Request) async throws -> String {
        let response = try await response(to: request)
        guard response.status < 400 else { throw CommandError("the service answered with status \(response.status)") }
        return String(decoding: response.body.bytes ?? [], as: UTF8.self)
    }

    private func response(to request: Request) async throws -> Response {
        switch self {
        case .inProcess(let service): await service.api.respond(to: request)
        case .daemon(let http, let socket): try await http.send(Self.request(request, socket))
        }
    }

    /// What the service, which knows no commands, cannot say.
    private static func remedy(_ status: Int, _ path: String) -> String? {
        if status == 401 { return "ask as a user that the daemon knows: its own, root, or one at its socket" }
        if status == 404, path.hasPrefix("/cache/entries/") { return "`refrain entries` lists what is there" }
        return nil
    }

    func post(_ path: String, _ body: JSONValue) async throws -> JSONValue {
        try await send(
            Request("POST", path, headers: ["Content-Type": "application/json"], body: body.bytes))
    }

    /// Takes the events of a response as they come.
    ///
    /// - Throws: the service's error for a status of 400 or more.
    func stream(_ request: Request, _ receive: (_ type: String, _ data: JSONValue) throws -> Void) async throws {
        let response: Response
        switch self {
        case .inProcess(let service): response = await service.api.respond(to: request)
        case .daemon(let http, let socket):
            response = try await http.stream(
                Self.request(request, socket, secondsMax: Limits.planSecondsMax + Limits.fullSecondsMax))
        }
        guard response.status < 400, case .stream(let body) = response.body else {
            let error = try JSONValue.parse(try await response.collected().body.bytes ?? [])
            throw CommandError(
                error["error"]?["message"]?.string ?? "the service answered with status \(response.status)")
        }
        var parser = ServerSentEventParser(eventBytesMax: Limits.entriesPageBytesMax)
        for try await piece in body {
            for event in try parser.parse(piece) { try receive(event.type ?? "", try JSONValue.parse(event.data)) }
        }
    }

    private static func request(
        _ request: Request, _ socket: String, secondsMax: Int = Limits.fullSecondsMax
    ) -> OutgoingRequest {
        let query = request.query.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
        return OutgoingRequest(
            method: request.method, url: "http://localhost\(request.path)" + (query.isEmpty ? "" : "?" + query),
            headers: request.headers, body: request.body, unixSocket: socket,
            timeoutMilliseconds: secondsMax * 1_000,
            connectTimeoutMilliseconds: Limits.upstreamConnectSecondsMax * 1_000,
            bodyBytesMax: Limits.entriesPageBytesMax)
    }

    /// Percent-encoded for a query (RFC 3986): all but unreserved characters.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isUnreserved = byte < 0x80 && (Character(scalar).isLetter || Character(scalar).isNumber)
            if isUnreserved || "-._~".unicodeScalars.contains(scalar) { return String(scalar) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (byte < 16 ? "0" : "") + digits
        }.joined()
    }
}

extension CommandContext {
    /// Runs a body with the service, however it is reached.
    func withService<Result>(
        searches: Bool = false, _ body: (ServiceConnection) async throws -> Result
    ) async throws -> Result {
        let settings = try configuration().settings
        // A command's own messages are enough; the log is the daemon's.
        let connection = try await ServiceConnection.open(
            settings, searches: searches, log: .standardError(level: .error))
        do {
            let result = try await body(connection)
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }
}

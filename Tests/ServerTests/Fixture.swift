import Glibc
import HTTP
import Support
import Synchronization
import Testing

@testable import Server

/// Runs code that blocks on a thread of its own: on the cooperative pool it would keep the handlers from running.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        BackgroundThread.startRequired { continuation.resume(with: Result { try body() }) }
    }
}

/// Calls the body with a server on a free port and stops it afterwards.
func withServer(
    _ configuration: ServerConfiguration = ServerConfiguration(listen: ["127.0.0.1:0"]),
    log: Log = .none,
    immediate: (@Sendable (Request) -> Immediate?)? = nil,
    handler: @escaping @Sendable (Request) async -> Response = echo,
    _ body: (HTTPServer) async throws -> Void
) async throws {
    let server = try HTTPServer(configuration, log: log, immediate: immediate, handler: handler)
    do {
        try await body(server)
    } catch {
        await server.drain(deadlineSeconds: 0)
        throw error
    }
    await server.drain(deadlineSeconds: 10)
    #expect(server.statistics.requestsInFlight == 0)
    #expect(server.statistics.connections == 0)
}

/// Answers with what the server understood: method, path, query and the body.
let echo: @Sendable (Request) async -> Response = { request in
    Response(200, headers: ["Content-Type": "text/plain"], body: .bytes(Array(describe(request).utf8)))
}

func describe(_ request: Request) -> String {
    let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    return "\(request.method) \(request.path) [\(query)] \(String(decoding: request.body, as: UTF8.self))"
}

/// Calls the body with a new folder and removes it afterwards.
func withFolder(_ body: (String) async throws -> Void) async throws {
    var template = Array("/tmp/server-tests-XXXXXX\0".utf8CString.dropLast())
    let folder = try #require(unsafe mkdtemp(&template).map { unsafe String(cString: $0) })
    defer {
        for name in ["s", "file", "t"] { unsafe unlink("\(folder)/\(name)") }
        #expect(unsafe rmdir(folder) == 0, "the server left something behind")
    }
    try await body(folder)
}

/// A switch that tasks wait for and a test throws, or the other way round.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// Sleeps until its task is cancelled.
func sleepUntilCancelled() async {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
}

/// Waits for something that another thread brings about; the test fails when it never comes.
func eventually(_ what: String, _ condition: () -> Bool) async throws {
    for _ in 0..<2_000 {
        if condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw RawClient.Failure(description: "never came: \(what)")
}

/// Carries clients from one blocking piece of a test to the next, which never run at the same time.
final class SendableBox<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}

/// A body in pieces that are all there at once.
func pieces(_ texts: [String]) -> AsyncThrowingStream<[UInt8], any Error> {
    AsyncThrowingStream { continuation in
        for text in texts { continuation.yield(Array(text.utf8)) }
        continuation.finish()
    }
}

/// A count that any thread may raise.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .acquiring) }
    func add() { count.add(1, ordering: .acquiringAndReleasing) }
}

import Foundation
import Synchronization

/// A scripted HTTP server on loopback or a Unix socket: it sends what a test tells it, byte for byte.
///
/// Blocking sockets, a thread for each connection. A connection is kept after a script unless a step closes it.
package final class TestServer: Sendable {
    package typealias Script = @Sendable (ReceivedRequest) -> [Step]

    private struct State {
        var requests: [ReceivedRequest] = []
        var connections: Set<Int32> = []
        var connectionCount = 0
        var departureCount = 0
        var isStopping = false
    }

    /// `http://127.0.0.1:PORT`; with a Unix socket the host is a mere name.
    package let url: String
    private let listener: Int32
    private let script: Script
    private let state = Mutex(State())
    private let threads = DispatchGroup()

    package init(unixSocket: String? = nil, _ script: @escaping Script) throws {
        self.script = script
        if let unixSocket {
            listener = try Socket.listen(unixSocket: unixSocket)
            url = "http://refrain.test"
        } else {
            let port: UInt16
            (listener, port) = try Socket.listenOnLoopback()
            url = "http://127.0.0.1:\(port)"
        }
        threads.enter()
        Thread.detachNewThread { [self] in
            accept()
            threads.leave()
        }
    }

    /// Closes everything and returns when no thread is left.
    package func stop() {
        state.withLock { state in
            state.isStopping = true
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
        threads.wait()
    }

    package var requests: [ReceivedRequest] { state.withLock(\.requests) }
    package var connectionCount: Int { state.withLock(\.connectionCount) }
    /// Clients that closed a connection before its script was done.
    package var departureCount: Int { state.withLock(\.departureCount) }

    private func accept() {
        while let connection = Socket.accept(listener) {
            let isWelcome = state.withLock { state in
                guard !state.isStopping else { return false }
                state.connections.insert(connection)
                state.connectionCount += 1
                return true
            }
            guard isWelcome else {
                close(connection)
                break
            }
            threads.enter()
            Thread.detachNewThread { [self] in
                serve(connection)
                threads.leave()
            }
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        var buffered: [UInt8] = []
        serving: while let request = readRequest(connection, &buffered) {
            for step in script(request) {
                switch step {
                case .send(let bytes):
                    guard Socket.send(bytes, to: connection) else { break serving }
                case .drip(let bytes, let milliseconds):
                    for byte in bytes {
                        guard Socket.send([byte], to: connection) else { break serving }
                        usleep(UInt32(milliseconds) * 1_000)
                    }
                case .pause(let milliseconds): usleep(UInt32(milliseconds) * 1_000)
                case .hang:
                    while !Socket.receive(from: connection).isEmpty {}
                    state.withLock { state in
                        if !state.isStopping { state.departureCount += 1 }
                    }
                    break serving
                case .close: break serving
                case .reset:
                    Socket.resetOnClose(connection)
                    break serving
                }
            }
        }
        state.withLock { state in
            state.connections.remove(connection)
            close(connection)
        }
    }

    private func readRequest(_ connection: Int32, _ buffered: inout [UInt8]) -> ReceivedRequest? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            // A TLS greeting: answered as servers do that speak none.
            if buffered.first == 0x16 {
                _ = Socket.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), to: connection)
                return nil
            }
            if let range = buffered.firstRange(of: end) {
                let number = state.withLock(\.requests.count)
                guard var request = ReceivedRequest(head: buffered[..<range.lowerBound], number: number) else {
                    return nil
                }
                buffered.removeSubrange(..<range.upperBound)
                let length = request.values(of: "Content-Length").first.flatMap { Int($0) } ?? 0
                while buffered.count < length {
                    let piece = Socket.receive(from: connection)
                    guard !piece.isEmpty else { return nil }
                    buffered += piece
                }
                request.body = Array(buffered.prefix(length))
                buffered.removeFirst(length)
                return state.withLock { state in
                    request.number = state.requests.count
                    state.requests.append(request)
                    return request
                }
            }
            let piece = Socket.receive(from: connection)
            guard !piece.isEmpty else { return nil }
            buffered += piece
        }
    }
}

/// Waits until something that another thread does has come about; a test that waits in vain fails.
package func eventually(_ condition: @Sendable () -> Bool) async throws {
    struct InVain: Error {}
    for _ in 0..<4_000 {
        if condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw InVain()
}

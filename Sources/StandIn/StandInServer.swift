import Dispatch
import Glibc
import JSON
package import Support
import Synchronization

/// Serves a ``StandIn`` on loopback, a thread for each connection.
///
/// Plain blocking sockets and nothing of the service's own server: it has to break every rule of HTTP on demand.
package final class StandInServer: Sendable {
    private let standIn: StandIn
    private let clock: WallClock
    private let log: RequestLog?
    private let port: UInt16
    private let listener: Int32
    /// Threads that still run; ``stop()`` waits for them.
    private let threads = DispatchGroup()
    private let connections = Mutex<Connections>(Connections())

    private struct Connections {
        var open: Set<Int32> = []
        var isStopped = false
    }

    /// Listens and starts to serve.
    ///
    /// - Parameter port: 0 takes a free one.
    package init(
        _ settings: StandIn.Settings = StandIn.Settings(), port: UInt16 = 0, log: RequestLog? = nil,
        clock: WallClock = .system
    ) throws(SystemError) {
        let socket = try Socket.listening(port: port)
        standIn = StandIn(settings, clock: clock)
        self.clock = clock
        self.log = log
        self.port = socket.port
        listener = socket.descriptor
        try start { [self] in acceptConnections(socket) }
    }

    /// What a client takes as its base URL.
    package var url: String { "http://127.0.0.1:\(port)/v1" }

    /// Ends every connection, hanging ones included, and returns when no thread is left. Blocks.
    package func stop() {
        connections.withLock { connections in
            guard !connections.isStopped else { return }
            connections.isStopped = true
            shutdown(listener, Int32(SHUT_RDWR))
            for descriptor in connections.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        threads.wait()
    }

    private func start(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        threads.enter()
        let result = BackgroundThread.start { [threads] in
            body()
            threads.leave()
        }
        guard result == 0 else {
            threads.leave()
            throw SystemError(call: "pthread_create", number: result)
        }
    }

    private func acceptConnections(_ socket: Socket) {
        while let connection = socket.accept() {
            let isWanted = connections.withLock { connections in
                guard !connections.isStopped else { return false }
                connections.open.insert(connection.descriptor)
                return true
            }
            guard isWanted else { return }
            do throws(SystemError) {
                try start { [self] in
                    serve(connection)
                    forget(connection)
                }
            } catch {
                forget(connection)
            }
        }
    }

    /// Must come before the socket is closed: its number may then be another's.
    private func forget(_ connection: Socket) {
        connections.withLock { _ = $0.open.remove(connection.descriptor) }
    }

    private func serve(_ connection: Socket) {
        var reader = RequestReader()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        do throws(MalformedRequest) {
            while true {
                while let request = try reader.next() {
                    guard serve(request, on: connection) else { return }
                }
                if reader.takeContinue(), !connection.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) { return }
                let bytes = connection.receive(into: &buffer)
                if bytes.isEmpty { return }
                reader.append(bytes)
            }
        } catch {
            let reply = Reply(APIError(400, "The request cannot be read: \(error.reason)."))
            _ = perform(Transmission(reply, keepsAlive: false), on: connection)
        }
    }

    /// - Returns: whether the connection can take another request.
    private func serve(_ request: WireRequest, on connection: Socket) -> Bool {
        let begin = clock.now
        let exchange = standIn.begin(request)
        let end = perform(exchange.transmission, on: connection) { standIn.isReleased(exchange) }
        standIn.end(exchange, abandoned: end == .abandoned)
        if let log, let call = exchange.call {
            log.write(call, status: exchange.status, from: begin, to: clock.now)
        }
        return end == .open
    }

    private enum End {
        case open, closed, abandoned
    }

    private func perform(
        _ transmission: Transmission, on connection: Socket, isReleased: () -> Bool = { true }
    ) -> End {
        for step in transmission.steps {
            let isThere =
                switch step {
                case .wait(let milliseconds): connection.wait(milliseconds: milliseconds)
                case .send(let bytes): connection.send(bytes)
                case .drip(let bytes, let bytesPerSecond): drip(bytes, bytesPerSecond, on: connection)
                case .spaces(let count): sendSpaces(count, on: connection)
                case .hold: hold(connection, until: isReleased)
                case .hang: connection.wait(milliseconds: nil)
                case .close: true
                }
            if !isThere { return .abandoned }
            if step == .close { return .closed }
        }
        return .open
    }

    private func hold(_ connection: Socket, until isReleased: () -> Bool) -> Bool {
        while !isReleased() {
            guard connection.wait(milliseconds: 5) else { return false }
        }
        return true
    }

    /// Ten times a second, or a byte at a time when that is slower.
    private func drip(_ bytes: [UInt8], _ bytesPerSecond: Int, on connection: Socket) -> Bool {
        let portion = max(1, bytesPerSecond / 10)
        for start in stride(from: 0, to: bytes.count, by: portion) {
            let piece = bytes[start..<min(start + portion, bytes.count)]
            guard connection.send(Array(piece)), connection.wait(milliseconds: portion * 1_000 / bytesPerSecond)
            else { return false }
        }
        return true
    }

    private func sendSpaces(_ count: Int, on connection: Socket) -> Bool {
        let piece = [UInt8](repeating: UInt8(ascii: " "), count: 64 << 10)
        var remaining = count
        while remaining > 0 {
            guard connection.send(remaining < piece.count ? Array(piece[..<remaining]) : piece) else { return false }
            remaining -= piece.count
        }
        return true
    }
}

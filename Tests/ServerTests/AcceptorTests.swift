import Glibc
import HTTP
import Testing

@testable import Server

/// The event loop that serves a connection shows in the thread on which its requests are answered at once.
@Suite struct AcceptorTests {
    private static let thread: @Sendable (Request) -> Immediate? = { _ in
        .response(Response(200, body: .bytes(Array("\(pthread_self())".utf8))))
    }

    /// How many of the clients each loop serves, the least first.
    private static func shares(_ clients: [RawClient]) throws -> [Int] {
        let threads = try clients.map { client in
            client.request("POST", "/", body: "x")
            return try client.answer().text
        }
        return Dictionary(grouping: threads, by: \.self).values.map(\.count).sorted()
    }

    @Test(arguments: [1, 2, 3], ["127.0.0.1:0", "unix"])
    func connectionsThatComeTogetherAreSpread(threads: Int, listener: String) async throws {
        try await withFolder { folder in
            var configuration =
                listener == "unix"
                ? ServerConfiguration(socketPath: "\(folder)/s") : ServerConfiguration(listen: [listener])
            configuration.threads = threads
            try await withServer(configuration, immediate: Self.thread) { server in
                let address = server.addresses[0]
                let clients = try await blocking {
                    let clients = try (0..<12).map { _ in try RawClient(address) }
                    #expect(try Self.shares(clients) == [Int](repeating: 12 / threads, count: threads))
                    return SendableBox(clients)
                }
                #expect(server.statistics.connections == 12)
                _ = clients
            }
        }
    }

    @Test func newConnectionsFillTheGapsThatOthersLeave() async throws {
        try await withServer(immediate: Self.thread) { server in
            let address = server.addresses[0]
            let kept = try await blocking {
                var clients = try (0..<12).map { _ in try RawClient(address) }
                // Those of one loop all leave: they were given out in turn.
                #expect(try Self.shares(clients) == [6, 6])
                clients = clients.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
                #expect(try Self.shares(clients) == [6])
                return SendableBox(clients)
            }
            try await eventually("half have left") { server.statistics.connections == 6 }
            try await blocking {
                let clients = kept.value + (try (0..<6).map { _ in try RawClient(address) })
                #expect(try Self.shares(clients) == [6, 6])
            }
        }
    }

    @Test func listenersShareTheLoopsAndHaveTheirOwnLimits() async throws {
        try await withFolder { folder in
            var configuration = ServerConfiguration(listen: ["127.0.0.1:0"], socketPath: "\(folder)/s")
            configuration.connectionsMax = 4
            try await withServer(configuration, immediate: Self.thread) { server in
                let addresses = server.addresses
                try await blocking {
                    let clients = try addresses.flatMap { address in try (0..<4).map { _ in try RawClient(address) } }
                    #expect(try Self.shares(clients) == [4, 4])
                }
            }
        }
    }
}

import CLinux
import Glibc
import Support
import Testing

@testable import Server

/// The sides of systemd's protocols that a service speaks.
@Suite struct ServiceManagerTests {
    @Test(arguments: [
        ([:], 0), (["LISTEN_FDS": "2"], 0), (["LISTEN_FDS": "2", "LISTEN_PID": "7"], 2),
        (["LISTEN_FDS": "2", "LISTEN_PID": "8"], 0), (["LISTEN_FDS": "0", "LISTEN_PID": "7"], 0),
        (["LISTEN_FDS": "-1", "LISTEN_PID": "7"], 0), (["LISTEN_FDS": "many", "LISTEN_PID": "7"], 0),
        (["LISTEN_FDS": "65", "LISTEN_PID": "7"], 0),
    ])
    func socketsAreThoseMeantForThisProcess(environment: [String: String], count: Int) {
        let expected = (0..<count).map { Int32(3 + $0) }
        #expect(ServiceManager.sockets(environment: environment, process: 7) == expected)
    }

    @Test func tellsTheManager() async throws {
        try await withFolder { folder in
            let receiver = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            defer { close(receiver) }
            let file = try UnixSocketFile(path: folder + "/s")
            #expect(unsafe file.withSocketAddress { unsafe bind(receiver, $0, $1) } == 0)
            #expect(ServiceManager.notify("READY=1", "STATUS=well", environment: ["NOTIFY_SOCKET": folder + "/s"]))
            var buffer = [UInt8](repeating: 0, count: 100)
            let count = unsafe recv(receiver, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            #expect(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self) == "READY=1\nSTATUS=well")
        }
    }

    @Test(arguments: [nil, "", "relative", "/nowhere/socket", "/" + String(repeating: "x", count: 200)])
    func nobodyToTellIsNoError(name: String?) {
        let environment = name.map { ["NOTIFY_SOCKET": $0] } ?? [:]
        #expect(!ServiceManager.notify("READY=1", environment: environment))
    }

    /// A socket as a manager makes it: it listens before the service runs.
    private static func listening() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let address = try ListenAddress("127.0.0.1:0")
        try #require(unsafe address.withSocketAddress { unsafe bind(descriptor, $0, $1) } == 0)
        try #require(listen(descriptor, 8) == 0)
        return descriptor
    }

    @Test func servesOnAnInheritedSocket() async throws {
        var configuration = ServerConfiguration()
        configuration.inherited = [try Self.listening()]
        try await withServer(configuration) { server in
            let address = try #require(server.addresses.first)
            #expect(address.hasPrefix("127.0.0.1:") && server.addresses.count == 1)
            let text = try await blocking {
                let client = try RawClient(address)
                client.request("GET", "/hello")
                return String(decoding: try client.answer().body, as: UTF8.self)
            }
            #expect(text.contains("GET /hello"))
        }
    }

    @Test func refusesWhatIsNoListeningSocket() throws {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe pipe(&ends) == 0)
        defer { close(ends[1]) }
        for descriptor in [ends[0], socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)] {
            var configuration = ServerConfiguration()
            configuration.inherited = [descriptor]
            let error = try #require(ListeningTests.failure(configuration))
            #expect(error.cause == .notASocket && error.description.contains("LISTEN_FDS"))
        }
    }
}

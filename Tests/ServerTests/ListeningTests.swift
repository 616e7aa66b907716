import Glibc
import HTTP
import Support
import Testing

@testable import Server

@Suite struct ListeningTests {
    static func start(_ configuration: ServerConfiguration) throws(ServerError) -> HTTPServer {
        try HTTPServer(configuration, log: .none, handler: echo)
    }

    /// The error of a start that must fail.
    static func failure(_ configuration: ServerConfiguration) -> ServerError? {
        do throws(ServerError) {
            _ = try start(configuration)
            return nil
        } catch {
            return error
        }
    }

    /// A server on a port outside the range that the system hands out, so that no other test gets it afterwards.
    static func startOnFixedPort() throws(ServerError) -> HTTPServer {
        while true {
            do throws(ServerError) {
                return try start(ServerConfiguration(listen: ["localhost:\(Int.random(in: 20_000..<30_000))"]))
            } catch  where error.cause == .addressInUse {}
        }
    }

    @Test(arguments: [
        "", "8474", ":8474", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80", "[::1]", "[x]:1",
        "example.org:80", "127.0.0.1:80a", "256.0.0.1:80", "127.0.0.1:٣",
    ])
    func refusesBadAddresses(address: String) {
        #expect(Self.failure(ServerConfiguration(listen: [address]))?.cause == .badAddress)
    }

    @Test(arguments: ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "[::ffff:127.0.0.1]:0"])
    func refusesRemoteAddressesUnlessAllowed(address: String) {
        var configuration = ServerConfiguration(listen: [address])
        #expect(Self.failure(configuration)?.cause == .remoteAddress)
        configuration.allowRemote = true
        #expect(Self.failure(configuration)?.cause != .remoteAddress)
    }

    @Test func tellsThatAnAddressIsInUse() async throws {
        try await withServer { server in
            let address = server.addresses[0]
            let error = try #require(Self.failure(ServerConfiguration(listen: [address])))
            #expect(error.cause == .addressInUse)
            #expect(
                error.description
                    == "cannot listen on \(address): address in use; stop the program that has it (ss -ltnp names it) "
                    + "or listen on another address")
        }
    }

    @Test func bindsAgainAtOnceWhatWasInUse() async throws {
        let first = try Self.startOnFixedPort()
        let address = first.addresses[0]
        try await blocking {
            let client = try RawClient(address)
            client.request("GET", "/")
            #expect(try client.answer().status == 200)
        }
        await first.drain(deadlineSeconds: 1)
        let second = try Self.start(ServerConfiguration(listen: [address]))
        #expect(second.addresses == [address])
        await second.drain(deadlineSeconds: 0)
    }

    @Test func makesASocketForUserAndGroupAndRemovesIt() async throws {
        try await withFolder { folder in
            let path = "\(folder)/s"
            let server = try Self.start(ServerConfiguration(socketPath: path))
            var status = stat()
            #expect(unsafe lstat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o660)
            #expect(status.st_mode & S_IFMT == S_IFSOCK)
            await server.drain(deadlineSeconds: 0)
            #expect(unsafe lstat(path, &status) != 0)
        }
    }

    @Test func replacesAStaleSocket() async throws {
        try await withFolder { folder in
            let path = "\(folder)/s"
            let file = try UnixSocketFile(path: path)
            let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            #expect(unsafe file.withSocketAddress { unsafe bind(left, $0, $1) } == 0)
            close(left)
            try await withServer(ServerConfiguration(socketPath: path)) { server in
                let address = server.addresses[0]
                try await blocking {
                    let client = try RawClient(address)
                    client.request("GET", "/")
                    #expect(try client.answer().status == 200)
                }
            }
        }
    }

    @Test func refusesALiveSocketAndNamesItsProcess() async throws {
        try await withFolder { folder in
            let configuration = ServerConfiguration(socketPath: "\(folder)/s")
            try await withServer(configuration) { server in
                let error = try #require(Self.failure(configuration))
                #expect(error.cause == .socketInUse(pid: getpid()))
                #expect(error.description.contains("process \(getpid()) listens there"))
                let address = server.addresses[0]
                try await blocking {
                    let client = try RawClient(address)
                    client.request("GET", "/")
                    #expect(try client.answer().status == 200, "the first one is unharmed")
                }
            }
        }
    }

    @Test func leavesAFileThatIsNoSocketAlone() async throws {
        try await withFolder { folder in
            let path = "\(folder)/file"
            let file = unsafe open(path, O_CREAT | O_WRONLY, 0o600)
            #expect(unsafe write(file, "keep", 4) == 4)
            close(file)
            #expect(Self.failure(ServerConfiguration(socketPath: path))?.cause == .notASocket)
            var status = stat()
            #expect(unsafe lstat(path, &status) == 0)
            #expect(status.st_size == 4)
        }
    }

    @Test func leavesASocketOfTheSameNameThatIsNotItsOwn() async throws {
        try await withFolder { folder in
            let path = "\(folder)/s"
            let first = try Self.start(ServerConfiguration(socketPath: path))
            unsafe unlink(path)
            let second = try Self.start(ServerConfiguration(socketPath: path))
            await first.drain(deadlineSeconds: 0)
            var status = stat()
            #expect(unsafe lstat(path, &status) == 0)
            await second.drain(deadlineSeconds: 0)
        }
    }

    @Test func tellsWhatIsWrongWithAPath() async throws {
        try await withFolder { folder in
            let long = "\(folder)/" + String(repeating: "x", count: 108 - folder.utf8.count - 1)
            let error = try #require(Self.failure(ServerConfiguration(socketPath: long)))
            #expect(error.cause == .pathTooLong)
            #expect(error.description.contains("1 to 107 bytes and this one 108"))
            let missing = try #require(Self.failure(ServerConfiguration(socketPath: "\(folder)/none/s")))
            #expect(missing.cause == .system(ENOENT))
            #expect(missing.description.contains("make the directory first"))
        }
    }

    @Test func takesTheLongestPath() async throws {
        try await withFolder { folder in
            let path = "\(folder)/" + String(repeating: "x", count: 107 - folder.utf8.count - 1)
            try await withServer(ServerConfiguration(socketPath: path)) { server in
                #expect(server.addresses == ["unix:\(path)"])
            }
        }
    }

    @Test func bindsNothingWhenOneAddressIsBad() async throws {
        try await withFolder { folder in
            let path = "\(folder)/file"
            close(unsafe open(path, O_CREAT | O_WRONLY, 0o600))
            let probe = try Self.startOnFixedPort()
            await probe.drain(deadlineSeconds: 0)
            let configuration = ServerConfiguration(listen: probe.addresses, socketPath: path)
            #expect(Self.failure(configuration)?.cause == .notASocket)
            let again = try Self.start(ServerConfiguration(listen: probe.addresses))
            await again.drain(deadlineSeconds: 0)
        }
    }
}

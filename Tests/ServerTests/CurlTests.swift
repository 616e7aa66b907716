import Foundation
import HTTP
import TestProcess
import Testing

@testable import Server

/// A client that is not ours, on both transports.
@Suite struct CurlTests {
    static let curl = "/usr/bin/curl"

    /// What curl writes on stdout.
    static func run(_ arguments: [String]) async throws -> String {
        try await blocking {
            let output = Pipe()
            // Without -q a user's own settings would apply; a proxy's variables do as well without --noproxy.
            let process = try Program(
                curl, ["-q", "--silent", "--noproxy", "*", "--max-time", "20"] + arguments, output: .pipe(output),
                error: .null)
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.wait()
            return String(decoding: data, as: UTF8.self)
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")), arguments: [false, true])
    func isServed(overUnixSocket: Bool) async throws {
        try await withFolder { folder in
            var configuration =
                overUnixSocket
                ? ServerConfiguration(socketPath: "\(folder)/s") : ServerConfiguration(listen: ["127.0.0.1:0"])
            configuration.requestBodyBytesMax = 1 << 20
            try await withServer(
                configuration,
                handler: { request in
                    switch request.path {
                    case "/stream": Response(200, body: .stream(pieces(["one ", "two ", "three"])))
                    case "/cut":
                        Response(
                            200,
                            body: .stream(
                                AsyncThrowingStream { continuation in
                                    continuation.yield(Array("half".utf8))
                                    continuation.finish(throwing: StreamTests.Broken())
                                }))
                    case "/count": Response(200, body: .bytes(Array("\(request.body.count)".utf8)))
                    default: await echo(request)
                    }
                }
            ) { server in
                let transport = overUnixSocket ? ["--unix-socket", "\(folder)/s"] : []
                let base = overUnixSocket ? "http://localhost" : "http://\(server.addresses[0])"
                func curl(_ arguments: String...) async throws -> String { try await Self.run(transport + arguments) }

                #expect(try await curl("\(base)/a?b=%20c") == "GET /a [b= c] ")
                #expect(try await curl("-d", "hello", "\(base)/a", "\(base)/b") == "POST /a [] helloPOST /b [] hello")
                #expect(try await curl("-X", "DELETE", "\(base)/entries/7") == "DELETE /entries/7 [] ")
                #expect(try await curl("-I", "\(base)/a").hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(try await curl("\(base)/stream") == "one two three")
                #expect(try await curl("-H", "Transfer-Encoding: chunked", "-d", "hi", "\(base)/a") == "POST /a [] hi")
                #expect(try await curl("-w", "%{exitcode}", "-o", "/dev/null", "\(base)/cut") == "18", "a partial file")
                // Larger than curl sends without asking first, and larger than is allowed.
                let file = "\(folder)/file"
                for (size, answer) in [(1 << 20, "\(1 << 20)200"), ((1 << 20) + 1, "413")] {
                    try Data(count: size).write(to: URL(fileURLWithPath: file))
                    let got = try await curl("-w", "%{http_code}", "--data-binary", "@\(file)", "\(base)/count")
                    #expect(got.hasSuffix(answer))
                }
            }
        }
    }
}

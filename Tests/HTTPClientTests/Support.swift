import HTTP
import TestServer

@testable import HTTPClient

extension OutgoingRequest {
    /// A request with limits that no test reaches by accident.
    static func to(
        _ url: String, method: String = "GET", headers: Headers = Headers(), body: [UInt8] = [],
        unixSocket: String? = nil, timeoutMilliseconds: Int = 60_000, bodyBytesMax: Int = 64 << 20
    ) -> OutgoingRequest {
        OutgoingRequest(
            method: method, url: url, headers: headers, body: body, unixSocket: unixSocket,
            timeoutMilliseconds: timeoutMilliseconds, connectTimeoutMilliseconds: 30_000, bodyBytesMax: bodyBytesMax)
    }
}

/// Runs a test against a scripted server and a client of its own, and ends both.
func withServer(
    transfersMax: Int = 256, _ script: @escaping TestServer.Script,
    _ test: (TestServer, HTTPClient) async throws -> Void
) async throws {
    let server = try TestServer(script)
    defer { server.stop() }
    let client = HTTPClient(transfersMax: transfersMax)
    let result: Result<Void, any Error>
    do { result = .success(try await test(server, client)) } catch { result = .failure(error) }
    await client.close()
    try result.get()
}

/// A response's whole body.
func text(_ client: HTTPClient, _ request: OutgoingRequest) async throws -> String? {
    try await client.send(request).text
}

/// The error that a request ends with; nil when it ends well.
func failure(_ client: HTTPClient, _ request: OutgoingRequest) async -> HTTPClientError? {
    do {
        _ = try await client.send(request)
        return nil
    } catch {
        return error
    }
}

extension Response {
    var text: String? { body.bytes.map { String(decoding: $0, as: UTF8.self) } }
}

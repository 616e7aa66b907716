import Foundation
import Glibc
import JSON
import Support
import Synchronization
import TestProcess
import Testing

@testable import StandIn

/// The stand-in over loopback: in this process with raw sockets and the real curl, and as the built program.
@Suite(.blocking) struct StandInServerTests {
    private static func withServer(
        _ change: (inout StandIn.Settings) throws -> Void = { _ in }, log: RequestLog? = nil,
        _ body: (StandInServer) throws -> Void
    ) throws {
        var settings = StandIn.Settings()
        try change(&settings)
        let server = try StandInServer(settings, log: log)
        defer { server.stop() }
        try body(server)
    }

    private static func post(_ body: JSONValue, fault: String? = nil, connection: String = "keep-alive") -> String {
        let text = body.text
        let fault = fault.map { "X-Standin-Fault: \($0)\r\n" } ?? ""
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: \(connection)\r\n\(fault)"
            + "Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
    }

    private static func counts(_ url: String) throws -> JSONValue {
        let client = try RawClient(url)
        client.send("GET /standin/requests HTTP/1.1\r\nConnection: close\r\n\r\n")
        let reply = try client.receiveToTheEnd()
        return try JSONValue.parse(String(reply[try #require(reply.firstRange(of: "\r\n\r\n")).upperBound...]))
    }

    @Test func connectionsAreKeptAndPipelined() throws {
        try Self.withServer { server in
            let client = try RawClient(server.url)
            for _ in 0..<3 {
                client.send(Self.post(ChatRequestTests.request()))
                #expect(
                    try client.receive(until: "\"system_fingerprint\":\"stand-in\"}").hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
            let last = Self.post(ChatRequestTests.request("gpt-5.2", "last"), connection: "close")
            client.send(Self.post(ChatRequestTests.request()) + last)
            let both = try client.receiveToTheEnd()
            #expect(both.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
            #expect(both.contains("gpt-5.2-2025-12-11"))
            #expect(try Self.counts(server.url)["total"] == 5)
        }
    }

    @Test func manyConnectionsAreServedAtOnce() throws {
        try Self.withServer({ $0.delayMilliseconds = 50 }) { server in
            let clients = try (0..<40).map { _ in try RawClient(server.url) }
            for client in clients {
                client.send(Self.post(ChatRequestTests.request("gpt-5.2"), connection: "close"))
            }
            for client in clients { #expect(try client.receiveToTheEnd().hasPrefix("HTTP/1.1 200 OK\r\n")) }
            let counts = try Self.counts(server.url)
            #expect(counts["total"] == 40)
            #expect((2...40).contains(counts["peak_in_flight"]?.int ?? 0))
            #expect(counts["in_flight"] == 0)
        }
    }

    @Test(arguments: [
        ("close", ""), ("cut_after_bytes=3", "{\"i"), ("html", "<html>"), ("status=529;body=[1]", "[1]"),
        ("drip_bytes_per_second=100000", "stand-in\"}"), ("event_stream", "data: [DONE]\n\n\r\n0\r\n\r\n"),
        ("content_length_off_by=9", "stand-in\"}"), ("bad_json;text=", "{\"id\""),
        ("delay_ms=20;empty_choices", "\"choices\":[]"),
        ("huge_mb=2", "   {\"id\""),
    ]) func faultsReachTheWire(fault: String, expected: String) throws {
        try Self.withServer { server in
            let client = try RawClient(server.url)
            client.send(Self.post(ChatRequestTests.request(), fault: fault, connection: "close"))
            let reply = try client.receiveToTheEnd()
            #expect(fault == "close" ? reply.isEmpty : reply.contains(expected))
            if fault.hasPrefix("cut") { #expect(reply.hasSuffix("\r\n\r\n{\"i")) }
            if fault.hasPrefix("huge") { #expect(reply.utf8.count > 2 << 20) }
        }
    }

    @Test func aClientThatLeavesIsNoticed() throws {
        try Self.withServer { server in
            var client: RawClient? = try RawClient(server.url)
            client?.send(Self.post(ChatRequestTests.request(), fault: "hang"))
            while try Self.counts(server.url)["in_flight"] != 1 { usleep(1_000) }
            client = nil
            while try Self.counts(server.url)["abandoned"] != 1 { usleep(1_000) }
            #expect(try Self.counts(server.url)["in_flight"] == 0)
        }
    }

    @Test func whatIsHeldGoesOnWhenTheFaultsAreCleared() throws {
        try Self.withServer { server in
            let client = try RawClient(server.url)
            client.send(Self.post(ChatRequestTests.request(), fault: "hold", connection: "close"))
            while try Self.counts(server.url)["in_flight"] != 1 { usleep(1_000) }
            usleep(20_000)
            #expect(try Self.counts(server.url)["in_flight"] == 1)
            let control = try RawClient(server.url)
            control.send("DELETE /standin/faults HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try control.receiveToTheEnd().hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try client.receiveToTheEnd().hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test func stopEndsHangingConnections() throws {
        let server = try StandInServer()
        let client = try RawClient(server.url)
        client.send(Self.post(ChatRequestTests.request(), fault: "hang"))
        while try Self.counts(server.url)["in_flight"] != 1 { usleep(1_000) }
        server.stop()
        #expect(try client.receive().isEmpty)
        #expect(throws: RawClient.Failure.self) { try RawClient(server.url) }
        server.stop()
    }

    @Test func malformedRequestsAreRefused() throws {
        try Self.withServer { server in
            let client = try RawClient(server.url)
            client.send("nonsense\r\n\r\n")
            #expect(try client.receiveToTheEnd().hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        }
    }

    @Test func aTakenPortIsSaid() throws {
        try Self.withServer { server in
            let port = try #require(UInt16(server.url.split(separator: ":")[2].prefix { $0.isNumber }))
            let error = #expect(throws: SystemError.self) { try StandInServer(port: port) }
            #expect(error?.description == "bind to 127.0.0.1:\(port) failed: Address already in use")
        }
    }

    @Test func theLogHasALineForEachRequest() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "standin-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "log").path
        try Self.withServer(log: try RequestLog(path)) { server in
            let client = try RawClient(server.url)
            client.send(Self.post(ChatRequestTests.request(), connection: "close"))
            _ = try client.receiveToTheEnd()
        }
        let rows = try JSONLines.read(path)
        #expect(rows.map { $0.value["status"] } == [200])
        #expect(rows[0].value["purpose"] == "answer")
    }

    // MARK: curl and the program

    /// Runs a program to its end; its exit code and what it printed.
    private static func run(_ program: String, _ arguments: [String]) throws -> (code: Int32, output: String) {
        let pipe = Pipe()
        let process = try Program(program, arguments, input: .null, output: .pipe(pipe), error: .pipe(pipe))
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        guard case .exited(let code) = process.wait() else { return (-1, output) }
        return (code, output)
    }

    /// curl's own names of its exit codes: 18 partial file, 28 timeout, 52 nothing returned.
    @Test(
        arguments: [
            ("", 0), ("cut_after_bytes=10", 18), ("content_length_off_by=10", 18), ("close", 52), ("hang", 28),
            ("event_stream;cut_after_bytes=200", 18), ("event_stream", 0), ("status=500", 22),
        ] as [(String, Int32)]) func curlSeesWhatWentWrong(fault: String, code: Int32) throws
    {
        try Self.withServer { server in
            let result = try Self.run(
                "/usr/bin/curl",
                [
                    "--silent", "--show-error", "--fail", "--noproxy", "*", "--max-time",
                    fault == "hang" ? "0.3" : "30",
                    "--header", "X-Standin-Fault: \(fault)", "--data", ChatRequestTests.request().text,
                    server.url + "/chat/completions",
                ])
            #expect(result.code == code, "\(result.output)")
        }
    }

    @Test func curlSendsALargeBodyAfterContinue() throws {
        try Self.withServer { server in
            let folder = FileManager.default.temporaryDirectory.appending(path: "standin-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let file = folder.appending(path: "body.json")
            let text = String(repeating: "word ", count: 400_000)
            try Data(ChatRequestTests.request("gpt-5-mini", text).bytes).write(to: file)
            let result = try Self.run(
                "/usr/bin/curl",
                [
                    "--silent", "--noproxy", "*", "--header", "Expect: 100-continue", "--data-binary", "@\(file.path)",
                    server.url + "/chat/completions",
                ])
            #expect(try JSONValue.parse(result.output)["usage"]?["prompt_tokens"] == 500_000)
        }
    }

    private static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "refrain-standin")

    @Test(arguments: [false, true]) func theProgramStopsWhenTold(byStandardInput: Bool) throws {
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        let process = try Program(
            Self.program.path, byStandardInput ? ["--until-stdin-closes"] : [], input: .pipe(input),
            output: .pipe(output), error: .pipe(errors))
        var line = ""
        while !line.contains("\n") {
            let bytes = output.fileHandleForReading.availableData
            try #require(!bytes.isEmpty)
            line += String(decoding: bytes, as: UTF8.self)
        }
        #expect(line.hasPrefix("stand-in ready http://127.0.0.1:") && line.hasSuffix("/v1\n"))
        let url = line.trimmed.replacing("stand-in ready ", with: "")
        let client = try RawClient(url)
        client.send(Self.post(ChatRequestTests.request(), fault: "hang"))
        while try Self.counts(url)["in_flight"] != 1 { usleep(1_000) }
        if byStandardInput { try input.fileHandleForWriting.close() } else { process.send(SIGTERM) }
        #expect(process.wait() == .exited(0))
        #expect(try client.receive().isEmpty)
        let notice = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
        #expect(notice == Options.notice + "\n")
    }

    @Test func theProgramExplainsMistakes() throws {
        let result = try Self.run(Self.program.path, ["--prot"])
        #expect(result.code == 2)
        #expect(result.output == "refrain-standin: unknown option '--prot'; did you mean '--port'?\n")
    }
}

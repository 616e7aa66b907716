import HTTP
import JSON
import Testing

/// The stand-in provider, run as a program: what the daemon takes for the model API.
final class StandIn: Sendable {
    /// What a request to it was made for.
    enum Purpose: String { case answer, confirm, embedding, models }

    /// Its base URL, which ends in /v1.
    let url: String
    private let child: ChildProcess

    /// - Parameter pairs: questions that mini takes for the same, beside those that are equal but for case.
    static func start(
        in home: Scratch, same pairs: [(String, String)] = [], _ options: [String] = []
    ) async throws -> StandIn {
        // More than all tests of a suite make that share it: each looks for its own among them.
        var arguments = ["--port", "0", "--until-stdin-closes", "--keep-requests", "2000"] + options
        if !pairs.isEmpty {
            let rows = pairs.map { pair -> JSONValue in ["a": .string(pair.0), "b": .string(pair.1), "same": true] }
            let file = try home.file("pairs.jsonl", rows.map { $0.text + "\n" }.joined())
            arguments += ["--pairs", file]
        }
        let child = try await ChildProcess.start(
            Programs.standIn, arguments, environment: Programs.environment(home: home), folder: home)
        let url = try await eventually("the stand-in is ready") {
            if let ending = child.ending { throw NeverHappened(description: "\(ending): \(child.errors)") }
            let output = child.output
            return output.hasSuffix("\n") ? output.firstMatch(of: /stand-in ready (\S+)/).map { String($0.1) } : nil
        }
        return StandIn(url, child)
    }

    private init(_ url: String, _ child: ChildProcess) {
        self.url = url
        self.child = child
    }

    private var control: String { String(url.dropLast("/v1".count)) + "/standin" }

    /// Has the requests that match suffer this fault, `times` of them or all.
    func fault(
        _ fault: JSONObject, times: Int? = 1, purpose: Purpose = .answer, containing text: String? = nil
    ) async throws {
        var match: JSONObject = ["purpose": .string(purpose.rawValue)]
        if let text { match["text_contains"] = .string(text) }
        let rule: JSONValue = [
            "match": .object(match), "fault": .object(fault), "times": times.map { .number($0) } ?? .null,
        ]
        try await self.fault(rule: rule)
    }

    /// The same with the whole rule: `{match, fault, times}`.
    func fault(rule: JSONValue) async throws {
        let reply = try await Wire.send("POST", control + "/faults", body: rule.bytes)
        try #require(reply.status == 200, "the stand-in takes the fault: \(reply.text)")
    }

    func clearFaults() async throws {
        _ = try await Wire.send("DELETE", control + "/faults")
    }

    /// What it was asked so far.
    func requests() async throws -> JSONValue {
        try await Wire.send("GET", control + "/requests").json
    }

    /// How many requests of that purpose have come.
    func count(_ purpose: Purpose) async throws -> Int {
        let counts = try await requests()["counts"]?.object?.members ?? []
        return counts.reduce(0) { $0 + ($1.value[purpose.rawValue]?.int ?? 0) }
    }

    /// The bodies of the last requests of that purpose, the newest last; those whose text has `text` in it.
    func bodies(_ purpose: Purpose, containing text: String = "") async throws -> [JSONValue] {
        (try await requests()["last"]?.array ?? [])
            .filter { $0["purpose"]?.string == purpose.rawValue }.compactMap { $0["body"] }
            .filter { text.isEmpty || $0.text.contains(text) }
    }

    /// Kills it: its port refuses connections from then on.
    func kill() async throws { try await child.kill() }
}

import HTTP
import JSON
import Testing

/// `POST /cache/entries?dedupe=true`, where there is no mini to ask.
@Suite struct DeduplicateTests {
    /// So many words that another one hardly counts.
    private static let stem = """
        how do i set up a mail server on the old machine under my desk so that all of my friends can read what they have \
        written to each other while they were away 
        """

    private static func row(_ word: String, _ answer: String, _ more: JSONObject = [:]) -> String {
        var row: JSONObject = ["question": .string(stem + word), "answer": .string(answer)]
        for member in more.members { row[member.name] = member.value }
        return JSONValue.object(row).text
    }

    private func add(_ bench: Bench, _ rows: [String], _ query: [(String, String)] = []) async -> [JSONValue] {
        let reply = await bench.send(
            "POST", "/cache/entries", query: [("dedupe", "true")] + query,
            headers: ["Content-Type": "application/x-ndjson"], body: rows.joined(separator: "\n"))
        return (reply.json["stored"]?.array ?? []).compactMap { $0["result"] }
    }

    @Test func aRowThatRepeatsOneIsMerged() async throws {
        try await withBench { bench in
            let rows = [Self.row("", "A"), Self.row("please", "A"), Self.row("now", "B"), Self.row("2", "C")]
            let results = await add(bench, rows)
            #expect(results.map { $0["outcome"] } == ["inserted", "merged", "merged", "inserted"])
            #expect(results.map { $0["entry"] } == [1, 1, 1, 2])
            #expect(results[1]["question"]?.string?.hasPrefix("how do i") == true)
            #expect(results[1]["witness"] == "judge" && results[1]["same_answer"] == true)
            #expect(results[2]["same_answer"] == false)
            let aliases = await bench.send("GET", "/cache/entries/1").json["aliases"]?.array ?? []
            #expect(aliases.count == 2)
            #expect(await bench.lookup(Self.stem + "now").json["answer"] == "A")

            // Once more: nothing changes.
            let again = await add(bench, rows)
            #expect(again.map { $0["outcome"] } == ["unchanged", "merged", "merged", "unchanged"])
            #expect(again[1]["witness"] == "alias")
        }
    }

    @Test func otherScopesHaveOtherRows() async throws {
        try await withBench { bench in
            let results = await add(bench, [Self.row("", "A"), Self.row("please", "A", ["scope": "s"])])
            #expect(results.map { $0["outcome"] } == ["inserted", "inserted"])
        }
    }

    @Test func aTrialStoresNothing() async throws {
        try await withBench { bench in
            _ = await add(bench, [Self.row("", "A")])
            let rows = [
                Self.row("", "A"), Self.row("please", "A"), Self.row("2", "C"), Self.row("2 please", "C"),
                Self.row("2", "D"),
            ]
            let results = await add(bench, rows, [("dry_run", "true")])
            #expect(results.map { $0["outcome"] } == ["unchanged", "merged", "inserted", "merged", "replaced"])
            #expect(await bench.send("GET", "/cache/entries").json["entries"]?.array?.count == 1)
            #expect(await bench.send("GET", "/cache/entries/1").json["aliases"] == [])
        }
    }

    @Test(arguments: [
        ([("dry_run", "true")], "application/x-ndjson"), ([("dedupe", "true")], "application/json"),
        ([("dedup", "true")], "application/x-ndjson"),
    ])
    func whatMakesNoSenseIsRefused(query: [(String, String)], type: String) async throws {
        try await withBench { bench in
            let reply = await bench.send(
                "POST", "/cache/entries", query: query, headers: ["Content-Type": type], body: Self.row("", "A"))
            #expect(reply.status == 400)
        }
    }
}

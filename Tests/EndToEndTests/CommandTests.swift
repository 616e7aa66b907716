import Foundation
import HTTP
import JSON
import Testing

/// The commands, with a daemon and without one: both do the same work on the same data.
@Suite struct CommandTests {
    enum Place: Sendable, CaseIterable { case daemon, offline }

    /// A data directory, and a daemon on it or none.
    private struct Bench {
        let home: Scratch
        let daemon: Daemon?

        init(_ place: Place) async throws {
            home = try Scratch()
            daemon = place == .daemon ? try await Daemon.start(in: home) : nil
        }

        func run(_ arguments: String...) async throws -> Finished {
            try await refrain(arguments + ["--data", home("data")], home: home)
        }

        /// Imports rows and requires that all went well.
        func fill(_ rows: [JSONValue]) async throws {
            let file = try home.file("fill.jsonl", rows.map { $0.text + "\n" }.joined())
            let imported = try await run("import", file)
            try #require(imported.code == 0, "\(imported.errors)")
        }
    }

    private static let rows: [JSONValue] = [
        ["question": "Where is my invoice?", "answer": "In billing.\nSecond line.", "tags": ["billing", "eu"]],
        ["question": "How do I reset my password?", "answer": "Use the reset link."],
        ["question": "Was kostet ein Käse 🧀?", "answer": "Fünf Euro.", "scope": "shop", "tags": ["prices"]],
    ]

    // MARK: Import and export

    static let badLines = """
        {"question": "Q one?", "answer": "A1", "tags": ["x"]}
        {"question": "Q two?"
        {"question": "Q three?", "answer": "A3", "ttl_seconds": 60}

        {"question": "Q five?"}
        {"question": "Q six?", "answer": "A6", "tag": ["x"]}
        {"question": "", "answer": "A7"}
        ["no", "object"]
        {"question": "Q nine?", "answer": "A9", "scope": "s"}
        """

    @Test(arguments: Place.allCases)
    func importNamesBadLinesAndKeepsTheRest(place: Place) async throws {
        let bench = try await Bench(place)
        let file = try bench.home.file("faq.jsonl", Self.badLines)
        let first = try await bench.run("import", file)
        #expect(first.code == 1)
        #expect(first.output == "3 inserted, 5 bad\n")
        let named = first.errors.matches(of: #/faq\.jsonl:(\d+): /#).map { String($0.1) }
        #expect(named == ["2", "5", "6", "7", "8"], "\(first.errors)")
        #expect(first.errors.contains("faq.jsonl:6: unknown member \"tag\"; did you mean \"tags\"?"))
        #expect(first.errors.contains("faq.jsonl:5: \"answer\" is missing"))

        let second = try await bench.run("import", file, "--json")
        #expect(second.code == 1)
        let again = try JSONValue.parse(second.output)
        // The entry with a lifetime may have been renewed.
        #expect((again["unchanged"]?.int ?? 0) + (again["renewed"]?.int ?? 0) == 3, "\(again.text)")
        #expect(again["inserted"] == 0 && again["replaced"] == 0 && again["bad"] == 5)
        #expect(try await bench.run("lookup", "Q nine", "--scope", "s").code == 0)
        #expect(try await bench.run("lookup", "Q nine").code == 1)
    }

    @Test(arguments: Place.allCases)
    func importReadsCSV(place: Place) async throws {
        let bench = try await Bench(place)
        let file = try bench.home.file(
            "faq.csv",
            "\u{FEFF}question,answer,tags,ttl_seconds,scope\r\n"
                + "Where is it?,\"Here, \"\"there\"\",\r\nand everywhere.\",a; b,,\r\n"
                + "Too few,fields\r\n"
                + "How long?,An hour,,soon,\r\n"
                + "Whose is it?,Mine,,,s\r\n")
        let imported = try await bench.run("import", file)
        #expect(imported.code == 1)
        #expect(imported.output == "2 inserted, 2 bad\n")
        let named = imported.errors.matches(of: #/faq\.csv:(\d+): /#).map { String($0.1) }
        #expect(named == ["4", "5"], "\(imported.errors)")
        let entries = try await bench.run("entries", "--json")
        let row = try JSONValue.parse(try #require(entries.lines.first))
        #expect(row["answer"] == "Here, \"there\",\r\nand everywhere.")
        #expect(row["tags"] == ["a", "b"])
        #expect(try await bench.run("lookup", "whose is it", "--scope", "s").output == "Mine\n")
    }

    @Test(arguments: Place.allCases)
    func importReplacesOrKeeps(place: Place) async throws {
        let bench = try await Bench(place)
        try await bench.fill([["question": "Open?", "answer": "At 9."]])
        let file = try bench.home.file("new.jsonl", #"{"question": "open", "answer": "At 10."}"#)
        #expect(try await bench.run("import", file, "--keep").output == "1 kept\n")
        #expect(try await bench.run("lookup", "Open?").output == "At 9.\n")
        #expect(try await bench.run("import", file).output == "1 replaced\n")
        #expect(try await bench.run("lookup", "Open?").output == "At 10.\n")
        #expect(try await bench.run("import", file).output == "1 unchanged\n")
    }

    @Test(arguments: Place.allCases)
    func exportIsWhatImportReads(place: Place) async throws {
        let bench = try await Bench(place)
        try await bench.fill(Self.rows)
        let exported = try await bench.run("export")
        #expect(exported.code == 0)
        #expect(
            try exported.lines.map { try JSONValue.parse($0).object.map { Set($0.members) } }
                == Self.rows.map { $0.object.map { Set($0.members) } })

        let other = try await Bench(place == .daemon ? .offline : .daemon)
        let imported = try await other.run("import", try other.home.file("export.jsonl", exported.output))
        #expect(imported.output == "3 inserted\n")
        #expect(try await other.run("export").output == exported.output)
        #expect(try await bench.run("export", "--tag", "prices").lines.count == 1)
    }

    /// Entries for a chatbot's requests go out and in without becoming answers to bare questions.
    @Test(arguments: Place.allCases)
    func entriesLikeARequestKeepTheirContext(place: Place) async throws {
        let bench = try await Bench(place)
        let request: JSONValue = [
            "model": "gpt-5.2",
            "messages": [["role": "system", "content": "Be brief."], ["role": "user", "content": "Any question"]],
        ]
        let like = try bench.home.file("request.json", request.text)
        let file = try bench.home.file("faq.jsonl", #"{"question": "Open?", "answer": "At 9."}"#)
        #expect(try await bench.run("import", file, "--like", like).output == "1 inserted\n")
        #expect(try await bench.run("lookup", "open").code == 1)
        #expect(try await bench.run("lookup", "open", "--like", like).output == "At 9.\n")
        let exported = try await bench.run("export")
        #expect(try JSONValue.parse(exported.output)["context"]?.string?.utf8.count == 64)

        let other = try await Bench(.offline)
        _ = try await other.run("import", try other.home.file("export.jsonl", exported.output))
        #expect(try await other.run("lookup", "open", "--like", try other.home.file("r.json", request.text)).code == 0)
        #expect(try await other.run("lookup", "open").code == 1)
        let broken = try await bench.run("import", file, "--like", try bench.home.file("broken.json", "{"))
        #expect(broken.code == 2 && broken.errors.contains("broken.json is no chat request"))
    }

    @Test func exportKeepsTheRestOfALifetime() async throws {
        let bench = try await Bench(.offline)
        try await bench.fill([["question": "Until when?", "answer": "Soon.", "ttl_seconds": 3_600]])
        let row = try JSONValue.parse(try await bench.run("export").output)
        #expect((3_000...3_600).contains(try #require(row["ttl_seconds"]?.int)))
    }

    @Test func importOfAMissingFileSaysSo() async throws {
        let bench = try await Bench(.offline)
        let missing = try await bench.run("import", bench.home("none.jsonl"))
        #expect(missing.code == 2)
        #expect(missing.errors.contains("none.jsonl"))
        #expect(missing.errors.contains("No such file"))
        #expect(try await bench.run("import", try bench.home.file("empty.jsonl", "")).output == "nothing to import\n")
    }

    /// The daemon dies while the third batch of 64 is on its way.
    @Test func importGoesOnWhereItStopped() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let options = ["--embedder-kind", "remote"]
        let rows = (1...192).map { #"{"question":"Question number \#($0)?","answer":"Answer \#($0)"}"# + "\n" }
        let file = try home.file("many.jsonl", rows.joined())
        try await standIn.fault(["hang": true], purpose: .embedding, containing: "Question number 150?")
        let daemon = try await Daemon.start(in: home, upstream: standIn, options)
        async let interrupted = refrain("import", file, "--data", daemon.data, home: home)
        try await eventually("the third batch is embedded") { try await standIn.count(.embedding) == 3 }
        try await daemon.child.kill()
        let broken = try await interrupted
        #expect(broken.code == 2, "\(broken.output)")
        #expect(broken.errors.contains("error:"))

        let restarted = try await Daemon.start(in: home, upstream: standIn, options)
        #expect(try await restarted.entryCount() == 128)
        let resumed = try await refrain("import", file, "--data", restarted.data, home: home)
        #expect(resumed.code == 0)
        #expect(resumed.output == "64 inserted, 128 unchanged\n")
        #expect(try await standIn.count(.embedding) == 4, "what was there is not embedded again")
        #expect(try await restarted.lookup("question number 192").member("answer") == "Answer 192")
    }

    // MARK: Asking

    @Test(arguments: Place.allCases)
    func lookupAnswersOrSaysNo(place: Place) async throws {
        let bench = try await Bench(place)
        try await bench.fill(Self.rows)
        let hit = try await bench.run("lookup", "where is my INVOICE")
        #expect(hit.code == 0)
        #expect(hit.output == "In billing.\nSecond line.\n")
        #expect(hit.errors.hasPrefix("exact: matches \"Where is my invoice?\", similarity 1.000"), "\(hit.errors)")

        let miss = try await bench.run("lookup", "Who paints the sky?", "--json")
        #expect(miss.code == 1)
        let receipt = try JSONValue.parse(miss.output)
        #expect(receipt["outcome"] == "miss" && receipt["answer"] == nil)

        let near = try await bench.run("lookup", "How can I reset my password?", "--candidates", "2")
        #expect(near.code == 0)
        #expect(near.output == "Use the reset link.\n")
        #expect(near.errors.contains("judged: matches \"How do I reset my password?\""))
        let table = near.errors.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(table.contains(["id", "similarity", "P(same)", "question", "differs"]))
        #expect(table.contains { $0.first == "2" && $0.contains("password?") })

        let scoped = try await bench.run("lookup", "was kostet ein käse 🧀", "--scope", "shop")
        #expect(scoped.output == "Fünf Euro.\n")
        #expect(try await bench.run("lookup", "was kostet ein käse 🧀").code == 1)
    }

    @Test func askHasItAnsweredAndStored() async throws {
        let rig = try await Rig.start()
        let first = try await refrain("ask", "Who is asked first?", "--data", rig.daemon.data, home: rig.home)
        #expect(first.code == 0)
        #expect(first.output.contains("stand-in"))
        #expect(first.errors.hasPrefix("miss"))
        let second = try await refrain(
            "ask", "who is asked first", "--json", "--data", rig.daemon.data, home: rig.home)
        let reply = try JSONValue.parse(second.output)
        #expect(reply["outcome"] == "exact")
        #expect(reply["answer"]?.string.map { $0 + "\n" } == first.output)
        #expect(try await rig.standIn.count(.answer) == 1)

        // Without the daemon, the command asks the upstream itself.
        #expect(try await rig.daemon.stop() == .exited(0))
        let offline = try await refrain(
            "ask", "Who is asked last?", "--data", rig.daemon.data, "--upstream", rig.standIn.url, home: rig.home)
        #expect(offline.code == 0)
        #expect(try await rig.standIn.count(.answer) == 2)
        #expect(try await refrain("lookup", "Who is asked last?", "--data", rig.daemon.data, home: rig.home).code == 0)
    }

    // MARK: Looking

    @Test(arguments: Place.allCases)
    func entriesAndShow(place: Place) async throws {
        let bench = try await Bench(place)
        #expect(try await bench.run("entries").errors.contains("no entries"))
        try await bench.fill(Self.rows)
        let table = try await bench.run("entries")
        #expect(table.code == 0)
        let lines = table.lines
        #expect(lines.count == 4)
        #expect(lines[0].split(separator: " ") == ["id", "hits", "created", "question", "answer", "tags"])
        #expect(lines[1].contains("Where is my invoice?") && lines[1].contains("In billing.…"))
        #expect(lines[1].hasSuffix("billing, eu"))
        #expect(lines[1].contains(#/^ *1 +0 +\d{4}-\d{2}-\d{2} /#))

        let json = try await bench.run("entries", "--json").lines.map { try JSONValue.parse($0) }
        #expect(json.map { $0["id"] } == [1, 2, 3])
        #expect(json.map { $0["question"] } == Self.rows.map { $0["question"] })
        #expect(json.allSatisfy { $0["origin"] == "imported" && $0["context"] == .null })
        for (filter, ids) in [
            (["--tag", "eu"], [1]), (["--scope", "shop"], [3]), (["--text", "reset"], [2]),
            (["--limit", "2"], [1, 2]),
            (["--tag", "none"], []), (["--older-than", "1d"], []),
        ] {
            let found = try await refrain(
                ["entries", "--json", "--data", bench.home("data")] + filter, home: bench.home)
            #expect(try found.lines.map { try JSONValue.parse($0)["id"]?.int } == ids, "\(filter)")
        }

        let shown = try await bench.run("show", "3")
        #expect(shown.code == 0)
        let cells = shown.lines.map {
            $0.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(cells.contains(["id", "3"]))
        #expect(cells.contains(["question", "Was kostet ein Käse 🧀?"]))
        #expect(cells.contains(["scope", "shop"]) && cells.contains(["tags", "prices"]))
        #expect(shown.output.hasSuffix("\n\nFünf Euro.\n"))
        #expect(try JSONValue.parse(try await bench.run("show", "3", "--json").output)["aliases"] == [])
        let missing = try await bench.run("show", "99")
        #expect(missing.code == 2 && missing.errors.contains("there is no entry 99; `refrain entries` lists"))
        let wrong = try await bench.run("show", "three")
        #expect(wrong.code == 2 && wrong.errors.contains("\"three\" is no entry's number"))
    }

    @Test(arguments: Place.allCases)
    func forget(place: Place) async throws {
        let bench = try await Bench(place)
        try await bench.fill(
            Self.rows + [["question": "Four?", "answer": "4"], ["question": "Five?", "answer": "5"]])
        let one = try await bench.run("forget", "4", "99")
        #expect(one.code == 1)
        #expect(one.output == "1 entry forgotten\n" && one.errors.contains("there is no entry 99"))
        #expect(try await bench.run("lookup", "Four?").code == 1)
        let tagged = try await bench.run("forget", "--tag", "billing", "--json")
        #expect(tagged.code == 0 && tagged.output == "{\"forgotten\":[1]}\n")
        #expect(try await bench.run("forget", "--scope", "shop").output == "1 entry forgotten\n")
        let young = try await bench.run("forget", "--older-than", "1d")
        #expect(young.code == 1 && young.output == "0 entries forgotten\n")
        #expect(try await bench.run("lookup", "Five?").code == 0)
        _ = try await eventually("all are older than no time") {
            let old = try await bench.run("forget", "--older-than", "0s")
            return old.output == "2 entries forgotten\n" ? old : nil
        }
        #expect(try await bench.run("export").output.isEmpty)
        let nothing = try await bench.run("forget")
        #expect(nothing.code == 2 && nothing.errors.contains("--older-than"))
        #expect(try await bench.run("forget", "1", "--tag", "x").code == 2)
        #expect(try await bench.run("forget", "--older-than", "tomorrow").code == 2)
    }

    @Test(arguments: Place.allCases)
    func feedback(place: Place) async throws {
        let bench = try await Bench(place)
        try await bench.fill(Self.rows)
        #expect(try await bench.run("feedback", "2", "good").code == 0)
        #expect(try await bench.run("lookup", "How can I reset my password?").code == 0)
        #expect(try await bench.run("feedback", "2", "bad", "--comment", "outdated").code == 0)
        #expect(try await bench.run("lookup", "How can I reset my password?").code == 1)
        #expect(try await bench.run("lookup", "How do I reset my password?").code == 0)
        #expect(try await bench.run("feedback", "99", "bad").code == 2)
        let wrong = try await bench.run("feedback", "2", "goood")
        #expect(wrong.code == 2 && wrong.errors.contains("did you mean good?"))
    }

    @Test(arguments: Place.allCases)
    func stats(place: Place) async throws {
        let bench = try await Bench(place)
        try await bench.fill(Self.rows)
        if place == .daemon { _ = try await bench.run("lookup", "Where is my invoice?") }
        let json = try JSONValue.parse(try await bench.run("stats", "--json").output)
        #expect(json["store"]?["entries"] == 3 && json["store"]?["scopes"] == 2)
        #expect(json["requests"]?["exact"]?.int == (place == .daemon ? 1 : 0))
        let table = try await bench.run("stats").lines.map { $0.split(separator: " ").map(String.init) }
        #expect(table[0] == ["what", "value"])
        #expect(table.contains(["store.entries", "3"]))
        #expect(table.contains(["models", "no"]))
    }

    @Test(arguments: Place.allCases)
    func doctor(place: Place) async throws {
        let bench = try await Bench(place)
        try await bench.fill(Self.rows)
        let text = try await bench.run("doctor")
        #expect(text.code == 0, "\(text.output)")
        let json = try JSONValue.parse(try await bench.run("doctor", "--json").output)
        let states = Dictionary(
            uniqueKeysWithValues: try #require(json.array).map { ($0["subject"]?.string ?? "", $0["state"]?.string) })
        #expect(states["model"] == "ok" && states["store"] == "ok" && states["clock"] == "ok")
        #expect(states["daemon"] == (place == .daemon ? "ok" : "warning"))
        #expect(states["upstream"] == "warning")
        #expect(text.output.contains("3 entries"))
        for subject in states.keys { #expect(text.output.contains(subject)) }
    }

    @Test func doctorFindsWhatIsWrong() async throws {
        let bench = try await Bench(.offline)
        let missing = try await bench.run("doctor", "--model", "/nowhere")
        #expect(missing.code == 1)
        #expect(missing.output.contains("failed") && missing.output.contains("/nowhere"))
        let standIn = try await StandIn.start(in: bench.home)
        let asked = try await bench.run("doctor", "--upstream", standIn.url, "--ask-upstream")
        #expect(asked.code == 0 && asked.output.contains("lists"))
        try await standIn.kill()
        let unreachable = try await bench.run("doctor", "--upstream", standIn.url, "--ask-upstream")
        #expect(unreachable.code == 1 && unreachable.output.contains("cannot be reached"))
    }

    @Test func configCheck() async throws {
        let bench = try await Bench(.offline)
        let file = try bench.home.file(
            "refrain.json5", "{\n  // the floor\n  floor: 0.7,\n  mini: { timeout_seconds: 3 },\n}\n")
        let environment = ["REFRAIN_ERROR_TARGET": "0.02", "OPENAI_API_KEY": "sk-1"]
        let arguments = ["config", "check", "--config", file, "--data", bench.home("data")]
        let json = try JSONValue.parse(
            try await refrain(arguments + ["--json"], home: bench.home, environment: environment).output)
        #expect(json["floor"] == ["value": "0.7", "origin": .string("\(file):3")])
        #expect(json["mini.timeout_seconds"]?["value"]?.string?.hasPrefix("3") == true)
        #expect(json["error_target"]?["value"] == "0.02")
        #expect(json["error_target"]?["origin"]?.string?.contains("REFRAIN_ERROR_TARGET") == true)
        #expect(json["data"]?["origin"]?.string?.contains("--data") == true)
        let table = try await refrain(arguments, home: bench.home, environment: environment)
        #expect(table.code == 0)
        #expect(table.lines.first?.split(separator: " ") == ["setting", "value", "from"])
        #expect(table.lines.contains { $0.split(separator: " ") == ["floor", "0.7", "\(file):3"] })
        #expect(table.lines.last?.contains("set") == true && !table.output.contains("sk-1"))
    }
}

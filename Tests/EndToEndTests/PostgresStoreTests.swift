import Glibc
import HTTP
import JSON
import TestPostgres
import TestProcess
import Testing

/// The daemon with its store on a PostgreSQL server.
@Suite(.blocking, .enabled(if: PostgresServer.isInstalled, "Debian's package postgresql is not installed"))
struct PostgresStoreTests {
    /// What was asked, confirmed, rated and counted is there again after a restart, and in no file of the data directory.
    @Test func keepsEverythingOnTheServer() async throws {
        let server = try #require(PostgresServer.shared)
        let store = try server.makeDatabase()
        let home = try Scratch()
        let model: JSONObject = ["model": "refrain"]
        let pair = ("How do I reset my password?", "I forgot my password, how can I reset it?")
        let standIn = try await StandIn.start(in: home, same: [pair])
        var daemon = try await Daemon.start(in: home, upstream: standIn, ["--store", store])
        let first = try await daemon.chat(pair.0, model, headers: ["Refrain-Label": "ticket=7"])
        #expect(first.cacheStatus == "refrain; fwd=miss; stored")
        let second = try await daemon.chat(pair.0, model)
        #expect(second.cacheStatus?.contains("detail=exact") == true)
        #expect(second.answer == first.answer)
        let likely = try await daemon.chat(pair.1, model)
        #expect(likely.answer == first.answer, "\(likely.cacheStatus ?? "")")
        let number = try #require(second.headers["Refrain-Entry"].flatMap { Int($0) })
        #expect(try await daemon.post("/cache/feedback", ["entry": .number(number), "verdict": "good"]).status == 200)
        #expect(try await daemon.stop() == .exited(0))
        let hasFile = unsafe access(daemon.data + "/refrain.db", F_OK) == 0
        #expect(!hasFile, "no file of SQLite's")

        // Commands open the server's store themselves where no daemon runs.
        let shown = try await refrain(["lookup", pair.0, "--data", daemon.data, "--store", store], home: home)
        #expect(shown.code == 0, "\(shown.errors)")
        #expect(shown.output == (first.answer ?? "") + "\n")

        daemon = try await Daemon.start(in: home, upstream: standIn, ["--store", store])
        #expect(daemon.readyLine.contains("entries come into memory when they are asked for"))
        for question in [pair.0, pair.1] {
            let reply = try await daemon.chat(question, model)
            #expect(reply.answer == first.answer)
            #expect(reply.cacheStatus?.hasPrefix("refrain; hit") == true)
        }
        let report = try await daemon.send("GET", "/report?by=label:ticket", over: .unixSocket)
        #expect(report.status == 200)
        let statistics = try await daemon.get("/cache/stats")
        #expect(statistics.member("store", "entries")?.int == 1)
        let gone = try await daemon.send("DELETE", "/cache/entries/\(number)")
        #expect(gone.status == 200)
        #expect(try await daemon.chat(pair.0, model).cacheStatus == "refrain; fwd=miss; stored")
        #expect(!daemon.child.errors.contains("the store failed"), "\(daemon.child.errors)")
        #expect(try await daemon.stop() == .exited(0))
        server.remove(store)
    }

    /// The server is killed and started again while clients ask: each gets an answer, from the cache or from the model.
    @Test func clientsSeeNoErrorWhileTheServerIsAway() async throws {
        let server = try PostgresServer()
        let store = try server.makeDatabase()
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let daemon = try await Daemon.start(in: home, upstream: standIn, ["--store", store])
        let question = "What is a semaphore?"
        #expect(try await daemon.chat(question).cacheStatus == "refrain; fwd=miss; stored")

        let isOver = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    while !isOver.isRaised {
                        let reply = try await daemon.chat(question)
                        #expect(reply.status == 200, "\(reply.text)")
                        #expect(reply.answer?.isEmpty == false)
                    }
                }
            }
            group.addTask {
                try server.kill()
                try await eventually("a question is passed on") {
                    try await daemon.chat("What is a spinlock?").cacheStatus == "refrain; fwd=miss"
                }
                try server.start()
                try await eventually("answers are stored again") {
                    try await daemon.chat("What is a barrier?").cacheStatus?.contains("detail=exact") == true
                }
                isOver.raise()
            }
            try await group.waitForAll()
        }
        #expect(try await daemon.chat("What is a mutex?").cacheStatus == "refrain; fwd=miss; stored")
        #expect(try await daemon.chat(question).cacheStatus?.contains("detail=exact") == true)
        #expect(try await daemon.stop() == .exited(0))
    }

    @Test func aStoreMovesToTheServerAndBack() async throws {
        let server = try #require(PostgresServer.shared)
        let (store, home) = (try server.makeDatabase(), try Scratch())
        let lines = (1...3).map { "{\"question\": \"Question \($0)?\", \"answer\": \"Answer \($0).\"}\n" }
        let file = try home.file("faq.jsonl", lines.joined())
        #expect(try await refrain("import", file, "--data", home("data"), home: home).code == 0)

        let there = try await refrain("copy", "--from", "sqlite:" + home("data"), "--to", store, home: home)
        #expect(there.code == 0, "\(there.errors)")
        #expect(there.output.contains("3 entries") && there.output.contains("all checksums agree"))
        let found = try await refrain("lookup", "Question 2?", "--data", home("other"), "--store", store, home: home)
        #expect(found.output == "Answer 2.\n")
        let twice = try await refrain("copy", "--from", "sqlite:" + home("data"), "--to", store, home: home)
        #expect(twice.code == 2)
        #expect(twice.errors.contains("it is not empty"))

        let nothing = try await refrain("copy", "--from", "sqlite:" + home("none"), "--to", store, home: home)
        #expect(nothing.code == 2)
        #expect(nothing.errors.contains("there is no store in"))

        let back = try await refrain("copy", "--from", store, "--to", "sqlite:" + home("back"), "--json", home: home)
        #expect(back.code == 0, "\(back.errors)")
        #expect(try JSONValue.parse(back.output)["entries"]?.int == 3)
        let again = try await refrain("lookup", "Question 3?", "--data", home("back"), home: home)
        #expect(again.output == "Answer 3.\n")
        server.remove(store)
    }

    @Test(
        arguments: [
            "postgresql://me:secret@127.0.0.1/refrain", "postgres://127.0.0.1/refrain?password=secret",
            "postgresql://127.0.0.1/refrain?pass%77ord=secret",
        ])
    func aPasswordInTheURLIsRefusedAndNotShown(url: String) async throws {
        let home = try Scratch()
        let finished = try await refrain("serve", "--store", url, home: home)
        #expect(finished.code == 2)
        #expect(finished.errors.contains("PGPASSFILE"))
        #expect(!(finished.errors + finished.output).contains("secret"))
    }

    @Test func withoutAServerTheErrorSaysWhatToDo() async throws {
        let home = try Scratch()
        let finished = try await refrain(
            "serve", "--listen", "127.0.0.1:0", "--store", "postgresql://127.0.0.1:1/refrain", home: home)
        #expect(finished.code == 2)
        #expect(finished.errors.contains("check that the server runs"))
    }
}

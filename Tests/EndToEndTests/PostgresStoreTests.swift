import Glibc
import HTTP
import JSON
import Synchronization
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
        let pair = ("How do I reset my password?", "I forgot my password, how can I reset it?")
        let standIn = try await StandIn.start(in: home, same: [pair])
        var daemon = try await Daemon.start(in: home, upstream: standIn, ["--store", store])
        let first = try await daemon.chat(pair.0, headers: ["Refrain-Label": "ticket=7"])
        #expect(first.cacheStatus == "refrain; fwd=miss; stored")
        let second = try await daemon.chat(pair.0)
        #expect(second.cacheStatus?.contains("detail=exact") == true)
        #expect(second.answer == first.answer)
        let likely = try await daemon.chat(pair.1)
        #expect(likely.answer == first.answer, "\(likely.cacheStatus ?? "")")
        let id = try #require(second.headers["Refrain-Entry"])
        #expect(try await daemon.post("/cache/feedback", ["entry": .string(id), "verdict": "good"]).status == 200)
        #expect(try await daemon.stop() == .exited(0))
        #expect(access(daemon.data + "/refrain.db", F_OK) != 0, "no file of SQLite's")

        // Commands open the server's store themselves where no daemon runs.
        let shown = try await refrain(["lookup", pair.0, "--data", daemon.data, "--store", store], home: home)
        #expect(shown.code == 0, "\(shown.errors)")
        #expect(shown.output == (first.answer ?? "") + "\n")

        daemon = try await Daemon.start(in: home, upstream: standIn, ["--store", store])
        #expect(daemon.readyLine.contains("1 entries") || daemon.readyLine.contains("1 entry"))
        for question in [pair.0, pair.1] {
            let reply = try await daemon.chat(question)
            #expect(reply.answer == first.answer)
            #expect(reply.cacheStatus?.hasPrefix("refrain; hit") == true)
        }
        let report = try await daemon.get("/report?since=1d")
        #expect(report.status == 200)
        let statistics = try await daemon.get("/cache/stats")
        #expect(statistics.member("store", "entries")?.int == 1)
        let gone = try await daemon.send("DELETE", "/cache/entries/\(id)")
        #expect(gone.status == 200)
        #expect(try await daemon.chat(pair.0).cacheStatus == "refrain; fwd=miss; stored")
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

        let isOver = Atomic<Bool>(false)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    while !isOver.load(ordering: .acquiring) {
                        let reply = try await daemon.chat(question)
                        #expect(reply.status == 200, "\(reply.text)")
                        #expect(reply.answer?.isEmpty == false)
                    }
                }
            }
            group.addTask {
                try server.kill()
                try await eventually("a question is passed on") {
                    try await daemon.chat(question).cacheStatus?.contains("fwd=miss") == true
                }
                try server.start()
                try await eventually("the stored answer is served again") {
                    try await daemon.chat(question).cacheStatus?.contains("detail=exact") == true
                }
                isOver.store(true, ordering: .releasing)
            }
            try await group.waitForAll()
        }
        #expect(try await daemon.chat("What is a mutex?").cacheStatus == "refrain; fwd=miss; stored")
        #expect(try await daemon.entryCount() == 2)
        #expect(try await daemon.stop() == .exited(0))
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

import JSON
import TestPostgres
import TestProcess
import Testing

/// `refrain copy` beside a daemon that serves.
@Suite(.blocking, .enabled(if: PostgresServer.isInstalled, "Debian's package postgresql is not installed"))
struct MovingTests {
    @Test func aDaemonServesUntilTheLastPass() async throws {
        let server = try #require(PostgresServer.shared)
        let (store, home) = (try server.makeDatabase(), try Scratch())
        let standIn = try await StandIn.start(in: home)
        var daemon = try await Daemon.start(in: home, upstream: standIn)
        for number in 0..<20 { _ = try await daemon.add("Question \(number)?", "Answer \(number).") }
        let words = ["copy", "--from", "sqlite:" + daemon.data, "--to", store]

        let isOver = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [daemon] in
                var number = 100
                repeat {
                    let reply = try await daemon.chat("What is number \(number)?")
                    #expect(reply.status == 200, "\(reply.text)")
                    number += 1
                } while !isOver.isRaised
            }
            let first = try await refrain(words, home: home)
            isOver.raise()
            #expect(first.code == 1, "\(first.errors)")
            #expect(first.output.contains("The store is in use. To finish, stop its daemon"))
            try await group.waitForAll()
        }
        let early = try await refrain("serve", "--listen", "127.0.0.1:0", "--store", store, home: home)
        #expect(early.code == 2)
        #expect(early.errors.contains("a copy into it is not finished"))

        _ = try await daemon.add("The last one?", "Here.")
        let again = try await refrain(words + ["--json"], home: home)
        #expect(again.code == 1, "\(again.errors)")
        #expect(try JSONValue.parse(again.output)["finished"] == false)
        let before = try await daemon.get("/cache/stats").member("store", "entries")?.int
        #expect(try await daemon.stop() == .exited(0))

        let last = try await refrain(words + ["--json"], home: home)
        #expect(last.code == 0, "\(last.errors)")
        let report = try JSONValue.parse(last.output)
        #expect(report["finished"] == true)
        #expect(report["left_behind"] == 0)
        #expect(report["entries"]?.int == before)

        daemon = try await Daemon.start(in: home, data: "other", upstream: standIn, ["--store", store])
        for question in ["Question 7?", "The last one?"] {
            let reply = try await daemon.lookup(question)
            #expect(reply.outcome == "exact", "\(question): \(reply.text)")
        }
        #expect(try await daemon.chat("What is number 100?").cacheStatus?.contains("detail=exact") == true)
        #expect(try await daemon.get("/cache/stats").member("store", "entries")?.int == before)
        #expect(try await daemon.stop() == .exited(0))
        server.remove(store)
    }
}

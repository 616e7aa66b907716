import HTTP
import JSON
import Testing

/// Many clients with one question.
@Suite(.sharedRig())
struct SingleFlightTests {
    let daemon: Daemon
    let standIn: StandIn

    init() throws {
        (daemon, standIn) = (try Rig.current().daemon, try Rig.current().standIn)
    }

    @Test func identicalMissesMakeOneUpstreamCall() async throws {
        let question = "Why does everybody ask this?"
        try await standIn.fault(["delay_ms": 500], containing: question)
        let daemon = daemon
        let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
            for _ in 1...200 { group.addTask { try await daemon.chat(question) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(replies.count == 200)
        #expect(replies.allSatisfy { $0.status == 200 })
        #expect(Set(replies.map { $0.answer ?? "" }).count == 1)
        #expect(try await standIn.bodies(.answer, containing: question).count == 1)
        #expect(replies.count { $0.cacheStatus == "refrain; fwd=miss; stored" } == 1, "one has made the call")
        #expect(try await daemon.entries(containing: question).count == 1)
    }

    @Test func oneWhoLeavesHarmsNobody() async throws {
        let rig = try await Rig.start()
        let (daemon, standIn) = (rig.daemon, rig.standIn)
        func requestsUnderWay() async throws -> Int {
            let metrics = try await daemon.get("/metrics").text
            let sample = try #require(metrics.firstMatch(of: /refrain_requests_in_flight (\d+)/))
            return try #require(Int(sample.1)) - 1
        }
        let question = "Who stays to the end?"
        try await standIn.fault(["hold": true], containing: question)
        let leaver = Task { try await daemon.chat(question) }
        try await eventually("the first calls upstream") {
            try await !standIn.bodies(.answer, containing: question).isEmpty
        }
        let stayer = Task { try await daemon.chat(question) }
        try await eventually("the second waits") { try await requestsUnderWay() == 2 }
        leaver.cancel()
        await #expect(throws: (any Error).self) { try await leaver.value }
        try await standIn.clearFaults()
        let reply = try await stayer.value
        #expect(reply.status == 200)
        #expect(reply.answer?.contains("stand-in") == true)
        #expect(try await standIn.bodies(.answer, containing: question).count == 1)
        #expect(try await daemon.chat(question).outcome == "exact")
    }

    @Test func whenAllHaveLeftTheCallIsGivenUp() async throws {
        let question = "Does anybody still wait?"
        try await standIn.fault(["hang": true], containing: question)
        let daemon = daemon
        let leaver = Task { try await daemon.chat(question) }
        try await eventually("it calls upstream") {
            try await !standIn.bodies(.answer, containing: question).isEmpty
        }
        leaver.cancel()
        _ = try? await leaver.value
        try await eventually("the upstream is left alone") { try await standIn.requests()["abandoned"]?.int == 1 }
        #expect(try await daemon.chat(question).cacheStatus == "refrain; fwd=miss; stored")
    }

    /// A failure is not shared as an answer: whoever waited may try once more.
    @Test func aFailedCallIsNoAnswerForOthers() async throws {
        let question = "Who is unlucky?"
        try await standIn.fault(["delay_ms": 300, "status": 400], containing: question)
        let daemon = daemon
        let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
            for _ in 1...20 { group.addTask { try await daemon.chat(question) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(replies.count { $0.status == 400 } == 1, "\(replies.map(\.status))")
        #expect(replies.count { $0.status == 200 } == 19)
        #expect(try await standIn.bodies(.answer, containing: question).count == 2)
    }
}

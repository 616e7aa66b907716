import HTTP
import JSON
import Testing

private let asked = "How do I reset my password?"
private let near = ["How can I reset my password?", "How do I reset the password?", "How could I reset my password?"]

/// Many clients with nearly the same question. Each waits as long as it takes, however busy the machine is.
@Suite(
    .sharedRig(
        same: near.map { ($0, asked) } + near.map { ($0, near[0]) } + [(near[1], near[2])],
        "--in-flight-wait-seconds", "300", "--mini-timeout-seconds", "60"))
struct NearDuplicateTests {
    let daemon: Daemon
    let standIn: StandIn

    init() throws {
        (daemon, standIn) = (try Rig.current().daemon, try Rig.current().standIn)
    }

    private func answers(_ scope: String) async throws -> [Reply] {
        let daemon = daemon
        return try await withThrowingTaskGroup(of: Reply.self) { group in
            for question in [asked] + near {
                for _ in 1...5 {
                    group.addTask { try await daemon.chat(question, headers: ["Refrain-Scope": scope]) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func theyMakeOneUpstreamCall() async throws {
        // An answer that is worth a confirmation.
        let answer = String(repeating: "Open the page of your account and choose a new one. ", count: 20)
        try await standIn.fault(["delay_ms": 1_500, "text": .string(answer)], containing: "password")
        let replies = try await answers("near")
        #expect(replies.count == 20)
        #expect(replies.allSatisfy { $0.status == 200 })
        #expect(Set(replies.map { $0.answer ?? "" }) == [answer])
        #expect(try await standIn.bodies(.answer, containing: "password").count == 1)
    }
}

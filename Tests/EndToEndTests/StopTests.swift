import Foundation
import Glibc
import HTTP
import JSON
import Testing

/// How the daemon ends.
@Suite struct StopTests {
    @Test(arguments: [SIGTERM, SIGINT])
    func anIdleDaemonStops(signal: Int32) async throws {
        let home = try Scratch()
        let daemon = try await Daemon.start(in: home)
        _ = try await daemon.get("/healthz")
        daemon.child.send(signal)
        #expect(try await daemon.child.end() == .exited(0))
        #expect(!FileManager.default.fileExists(atPath: daemon.socket))
        await #expect(throws: (any Error).self) { try await daemon.get("/healthz") }
    }

    @Test func aRequestUnderWayIsFinished() async throws {
        let rig = try await Rig.start()
        let daemon = rig.daemon
        try await rig.standIn.fault(["hold": true], containing: "Is there time?")
        async let slow = daemon.chat("Is there time?", ["model": "refrain"])
        try await eventually("it calls upstream") { try await rig.standIn.count(.answer) == 1 }
        daemon.child.send(SIGTERM)
        try await eventually("it is stopping") { daemon.child.errors.contains("stopping") }
        try await rig.standIn.clearFaults()
        let reply = try await slow
        #expect(reply.status == 200)
        #expect(reply.cacheStatus == "refrain; fwd=miss; stored")
        #expect(try await daemon.child.end() == .exited(0))
        #expect(!FileManager.default.fileExists(atPath: daemon.socket))
        let stored = try await refrain("lookup", "Is there time?", "--data", daemon.data, home: rig.home)
        #expect(stored.code == 0)
        #expect(stored.output == (reply.answer ?? "") + "\n")
    }

    @Test func aSecondSignalEndsAtOnce() async throws {
        let rig = try await Rig.start()
        let daemon = rig.daemon
        try await rig.standIn.fault(["hang": true])
        let hanging = Task { try await daemon.chat("For how long?") }
        try await eventually("it calls upstream") { try await rig.standIn.count(.answer) == 1 }
        daemon.child.send(SIGTERM)
        try await eventually("it is stopping") { daemon.child.errors.contains("stopping") }
        #expect(daemon.child.ending == nil)
        daemon.child.send(SIGTERM)
        #expect(try await daemon.child.end() == .exited(2))
        await #expect(throws: (any Error).self) { try await hanging.value }
        #expect(try await Daemon.start(in: rig.home).entryCount() == 0)
    }
}

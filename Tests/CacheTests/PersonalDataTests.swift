import Cache
import Foundation
import JSON
import Questions
import Store
import Support
import Testing

@Suite struct PersonalDataTests {
    private static let key = [UInt8](repeating: 7, count: 32)

    private func bench(
        _ mode: PersonalDataPolicy.Mode, allowed: [String] = [], timeToLiveSeconds: Int64? = nil,
        staleSeconds: Int64 = 0, _ body: (Bench) async throws -> Void
    ) async throws {
        let bench = try Bench(
            timeToLiveSeconds: timeToLiveSeconds,
            personalData: PersonalDataPolicy(mode, PersonalDataScanner(allowed: allowed), key: Self.key),
            staleSeconds: staleSeconds)
        do { try await body(bench) } catch {
            await bench.close()
            throw error
        }
        await bench.close()
    }

    /// All bytes of the store, its log included.
    private func stored(_ bench: Bench) -> Data {
        ["refrain.db", "refrain.db-wal"].reduce(into: Data()) { data, name in
            data += (try? Data(contentsOf: URL(filePath: bench.folder + "/" + name))) ?? Data()
        }
    }

    private static let question = "Reset the password of jane@example.com, card 4408 2898 5792 3543"

    @Test func keepsEverythingUnlessAsked() async throws {
        try await bench(.keep) { bench in
            let reply = try await bench.ask(Self.question, answer: "jane@example.com is reset")
            #expect(reply.receipt.isStored)
            #expect(reply.receipt.personalData == [])
            #expect(stored(bench).contains("jane@example.com"))
        }
    }

    @Test func aRedactedQuestionIsFoundByItsOwnWordsAndLeavesNoneOfThem() async throws {
        try await bench(.redact) { bench in
            let reply = try await bench.ask(Self.question, answer: "Use the link.")
            #expect(reply.receipt.isStored)
            #expect(reply.receipt.personalData == [.email, .card])
            let id = try #require(reply.receipt.entry)
            let entry = try #require(try bench.store.entry(id))
            #expect(entry.question == "Reset the password of ⟨email⟩, card ⟨card⟩")
            let again = await bench.lookup(Self.question)
            #expect(again.receipt.outcome == .exact)
            #expect(again.answer == "Use the link.")
            let bytes = stored(bench)
            for text in ["jane@", "example.com", "4408"] { #expect(!bytes.contains(text), "\(text) is in the store") }
            #expect(bytes.contains("⟨email⟩"))
            // No vector: nothing finds it by likeness, now or after a restart.
            #expect(bench.cache.indexes.count == 0)
            _ = try await bench.cache.embedMissing()
            #expect(bench.cache.indexes.count == 0)
        }
    }

    /// The digest has the whole text: what differs in the redacted part alone is another question.
    @Test func questionsThatDifferInTheRedactedPartAreNeverOne() async throws {
        try await bench(.redact) { bench in
            bench.change { $0.verdict = #"{"same_as":0,"reason":"same"}"# }
            let numbers = ["4408289857923543", "5148573892715879", "6011193647977286", "3530939129828671"]
            let names = ["jane@example.com", "joe@example.com", "jane@example.org", "jane2@example.com"]
            for (index, text) in (numbers + names).enumerated() {
                let reply = try await bench.ask("Is \(text) blocked?", answer: "answer \(index)")
                #expect(reply.receipt.outcome == .miss, "\(text) got another's answer")
            }
            for (index, text) in (numbers + names).enumerated() {
                #expect(await bench.lookup("Is \(text) blocked?").answer == "answer \(index)")
            }
            // Nor is the question with the placeholder, or that without anything, one of them.
            #expect(await bench.lookup("Is ⟨card⟩ blocked?").receipt.outcome == .miss)
            #expect(await bench.lookup("Is it blocked?").receipt.outcome == .miss)
            #expect(bench.confirmations == [], "mini saw a question with personal data")
        }
    }

    /// Without the key, a guess cannot be compared with what is stored.
    @Test func theDigestIsKeyed() async throws {
        try await bench(.redact) { bench in
            _ = try await bench.ask(Self.question)
            let scope = try #require(try bench.store.scope(Bench.query("", "", .init()).scope))
            #expect(try bench.store.wording(scope: scope, key: SemanticCache.key(of: Self.question)) == nil)
        }
    }

    @Test func aRefusedQuestionIsNeitherLookedUpNorStored() async throws {
        try await bench(.refuse) { bench in
            bench.change { $0.verdict = #"{"same_as":0,"reason":"same"}"# }
            _ = try await bench.ask("Reset the password of somebody", answer: "Use the link.")
            for _ in 1...2 {
                let reply = try await bench.ask("Reset the password of jane@example.com", answer: "Done.")
                #expect(reply.receipt.outcome == .miss)
                #expect(!reply.receipt.isStored)
                #expect(reply.receipt.personalData == [.email])
                #expect(reply.answer == "Done.")
            }
            #expect(bench.answers == 3)
            #expect(bench.confirmations == [])
            #expect(try bench.store.statistics().entries == 1)
            #expect(!stored(bench).contains("jane@"))
            #expect(bench.cache.metrics.snapshot.personalQuestions == 2)
        }
    }

    @Test(arguments: [PersonalDataPolicy.Mode.redact, .refuse])
    func anAnswerWithSomebodysDataIsServedOnceAndNotKept(_ mode: PersonalDataPolicy.Mode) async throws {
        try await bench(mode, allowed: ["@example.org"]) { bench in
            let reply = try await bench.ask("Who is in charge?", answer: "Jane, +49 30 1234567.")
            #expect(reply.answer == "Jane, +49 30 1234567.")
            #expect(!reply.receipt.isStored)
            #expect(reply.receipt.personalData == [.phone])
            #expect(await bench.lookup("Who is in charge?").receipt.outcome == .miss)
            #expect(bench.cache.metrics.snapshot.personalAnswers == 1)
            #expect(!stored(bench).contains("1234567"))
            let allowed = try await bench.ask("How do I write to you?", answer: "To help@example.org.")
            #expect(allowed.receipt.isStored)
        }
    }

    @Test func aStaleAnswerToARedactedQuestionIsRenewedUnderItsOwnWords() async throws {
        try await bench(.redact, timeToLiveSeconds: 60, staleSeconds: 600) { bench in
            _ = try await bench.ask(Self.question, answer: "old words entirely")
            bench.change { $0.now = $0.now + 120 }
            let stale = try await bench.ask(Self.question, answer: "Use the link.")
            #expect(stale.receipt.isStale)
            while await bench.lookup(Self.question).answer != "Use the link." { await Task.yield() }
            #expect(try bench.store.statistics().entries == 1)
        }
    }

    @Test func textsAndValuesThatPeopleReadHavePlaceholders() throws {
        let policy = PersonalDataPolicy(.refuse, PersonalDataScanner(), key: Self.key)
        let value: JSONValue = [
            "inputs": ["text": "jane@example.com", "list": ["+49 30 1234567", 7]],
            "card": .number(4_408_289_857_923_543),
            "ok": true,
        ]
        let shown = policy.shown(value)
        #expect(shown == ["inputs": ["text": "⟨email⟩", "list": ["⟨phone⟩", 7]], "card": "⟨card⟩", "ok": true])
        let (jane, joe) = (policy.pseudonymous("jane@example.com"), policy.pseudonymous("joe@example.com"))
        #expect(jane.hasPrefix("email-"))
        #expect(jane != joe)
        #expect(jane == policy.pseudonymous("Jane@Example.com"))
        #expect(policy.pseudonymous("ticket-7") == "ticket-7")
        let other = PersonalDataPolicy(.refuse, PersonalDataScanner(), key: [1])
        #expect(jane != other.pseudonymous("jane@example.com"))
        #expect(PersonalDataPolicy.none.shown(value) == value)
    }
}

extension Data {
    fileprivate func contains(_ text: String) -> Bool { range(of: Data(text.utf8)) != nil }
}

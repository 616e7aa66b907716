import Cache
import HTTP
import JSON
import Testing

@testable import API

/// A request that comes again is neither read nor answered anew from its bytes; it must not show.
@Suite struct RepeatedRequestTests {
    private static let body = #"{"model":"refrain","messages":[{"role":"user","content":"Where is it?"}]}"#

    private func ask(_ bench: Bench, _ body: String = body, headers: Headers = [:]) throws -> (JSONValue, Headers) {
        let response = try #require(
            bench.api.respondImmediately(
                to: Request("POST", "/v1/chat/completions", headers: headers, body: Array(body.utf8)))?.response)
        return (try JSONValue.parse(try #require(response.body.bytes)), response.headers)
    }

    @Test func itIsAnsweredAsTheFirstTime() async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.")
            let answers = try (0..<3).map { _ in
                bench.pass(seconds: 7)
                return try ask(bench).0
            }
            let long = await bench.send("POST", "/v1/chat/completions", body: Self.body).json
            #expect(Set(answers.map { $0["id"]?.string }).count == 3)
            #expect(zip(answers, answers.dropFirst()).allSatisfy { $1["created"]?.int == $0["created"]!.int! + 7 })
            for answer in answers {
                let object = try #require(answer.object)
                #expect(object.members.map(\.name) == long.object?.members.map(\.name))
                for name in object.members.map(\.name) where name != "id" && name != "created" {
                    #expect(answer[name] == long[name], "\(name)")
                }
            }
        }
    }

    /// Times aside, which are each request's own.
    private func receipt(_ headers: Headers) throws -> JSONValue {
        let text = try #require(headers["Refrain-Receipt"])
        var receipt = try #require(try JSONValue.parse(text).object)
        var latency = try #require(receipt["latency_ms"]?.object)
        #expect(latency["total"]?.double != nil)
        latency["total"] = 0
        receipt["latency_ms"] = .object(latency)
        return .object(receipt)
    }

    @Test func itsReceiptIsThatOfTheFirstTime() async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.")
            let long = try receipt(await bench.send("POST", "/v1/chat/completions", body: Self.body).headers)
            for _ in 0..<3 { #expect(try receipt(ask(bench).1) == long) }
            // Another entry has another receipt.
            let other = try await bench.add("Where is it?", "There.")
            for _ in 0..<3 { #expect(try receipt(ask(bench).1)["entry"]?.int == other) }
        }
    }

    @Test func aReceiptIsWrittenAnewWhenMoreThanItsTimeDiffers() throws {
        var receipt = Receipt(.exact)
        receipt.latency.total = 1.5
        let written = try #require(WrittenReceipt(receipt))
        receipt.latency.total = 0.0126
        #expect(written.text(of: receipt) == JSONValue.object(receipt.headerJSON).text)
        receipt.latency.search = 1
        #expect(written.text(of: receipt) == nil)
        #expect(written.text(of: Receipt(.alias)) == nil)
    }

    @Test func itSeesWhatChanges() async throws {
        try await withBench { bench in
            let id = try await bench.add("Where is it?", "Here.")
            for _ in 0..<2 {
                #expect(try ask(bench).0["choices"]?[0]?["message"]?["content"] == "Here.")
            }
            try await bench.add("Where is it?", "There.")
            for _ in 0..<2 {
                #expect(try ask(bench).0["choices"]?[0]?["message"]?["content"] == "There.")
            }
            let other = try await bench.add("Where is it?", "There.", ["scope": "s"])
            #expect(id != other)
            #expect(try ask(bench, headers: ["Refrain-Scope": "s"]).1["Refrain-Entry"] == "\(other)")
            _ = await bench.send("DELETE", "/cache/entries/\(other)")
            let gone = bench.api.respondImmediately(
                to: Request(
                    "POST", "/v1/chat/completions", headers: ["Refrain-Scope": "s"], body: Array(Self.body.utf8)))?
                .response
            #expect(gone == nil)
            #expect(try ask(bench).0["choices"]?[0]?["message"]?["content"] == "There.")
        }
    }

    @Test func itExpires() async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.", ["ttl_seconds": 60])
            for _ in 0..<2 { _ = try ask(bench) }
            bench.pass(seconds: 61)
            let late = bench.api.respondImmediately(
                to: Request("POST", "/v1/chat/completions", body: Array(Self.body.utf8)))?.response
            #expect(late == nil)
        }
    }

    @Test func manyHitsDoNotPushOutTheOtherAnswers() async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.")
            _ = await bench.lookup("Anything else?")
            for _ in 0..<600 { _ = try ask(bench) }
            let list = await bench.send("GET", "/cache/answers", query: [("limit", "500")]).json["answers"]?.array ?? []
            #expect(list.count == 51 && list.last?["question"] == "Anything else?")
            bench.pass(seconds: 1)
            _ = try ask(bench)
            let next = await bench.send("GET", "/cache/answers", query: [("limit", "500")]).json["answers"]?.array
            #expect(next?.count == 52)
        }
    }
}

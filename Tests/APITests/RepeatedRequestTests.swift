import Cache
import HTTP
import JSON
import Support
import Testing

@testable import API

/// A request that comes again is neither read nor answered anew from its bytes; it must not show.
@Suite struct RepeatedRequestTests {
    private static let body = #"{"model":"refrain","messages":[{"role":"user","content":"Where is it?"}]}"#

    private func ask(_ bench: Bench, _ body: String = body, headers: Headers = [:]) throws -> (JSONValue, Headers) {
        try ask(bench, Request("POST", "/v1/chat/completions", headers: headers, body: Array(body.utf8)))
    }

    private func ask(_ bench: Bench, _ request: Request) throws -> (JSONValue, Headers) {
        let response = try #require(bench.api.respondImmediately(to: request)?.response)
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

    @Test func theTimeItTookIsWrittenAsOtherNumbersAre() {
        var generator = SplitMix64(seed: 7)
        let tried = (0..<2_000).map { number in
            // Few digits and many, short times and long ones.
            let scale = [1e-3, 1, 1e4, 1e9][number % 4]
            return Double(number) / 1_000 + (number < 1_000 ? 0 : Double(generator.next() >> 11) * 0x1p-53 * scale)
        }
        let chosen = [0, 0.0004, 0.0005, 0.9995, 1, 10, 12.5, 100, 999_999.9996, 1_000_000, 1e12, 1e300]
        for milliseconds in tried + chosen {
            #expect(
                WrittenHit.text(milliseconds: milliseconds) == JSONValue.rounded(milliseconds, places: 3).text,
                "\(milliseconds)")
        }
    }

    /// The headers of the response to a hit that was written already are those of the longer way, in the same order.
    @Test(arguments: [[:], ["ttl_seconds": 60]] as [JSONObject])
    func itsHeadersAreThoseOfTheLongerWay(more: JSONObject) async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.", more)
            bench.pass(seconds: 7)
            let long = await bench.send("POST", "/v1/chat/completions", body: Self.body).headers
            for _ in 0..<3 {
                let headers = try ask(bench).1
                #expect(headers.fields.map(\.name) == long.fields.map(\.name))
                for field in headers.fields where field.name != "x-request-id" && field.name != "Refrain-Receipt" {
                    #expect(field.value == long[field.name])
                }
            }
        }
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

    @Test func whatWasConcludedFromAHeadHoldsForAnyBody() async throws {
        try await withBench { bench in
            try await bench.add("Where is it?", "Here.", ["scope": "s"])
            try await bench.add("Where is it?", "There.")
            let asked = Request(
                "POST", "/v1/chat/completions", headers: ["Refrain-Scope": "s"], body: Array(Self.body.utf8))
            let other = Request(asked.head, body: Array(Self.body.replacing("it?", with: "she?").utf8))
            for _ in 0..<2 {
                #expect(try ask(bench, asked).0["choices"]?[0]?["message"]?["content"] == "Here.")
                #expect(bench.api.respondImmediately(to: other) == nil)
            }
            #expect(asked.head.conclusion != nil)
        }
    }

    /// A token that is taken away, or given to somebody else, must not open anything by what was concluded before.
    @Test func aHeadIsConcludedAnewByAServiceUnderOtherSettings() async throws {
        func access(_ tenants: [String: String]) -> Access {
            Access(.tokens(Dictionary(uniqueKeysWithValues: tenants.map { (Digest(of: $0.key), $0.value) })))
        }
        try await withBench(access: access(["one": "a", "two": "b"])) { bench in
            for (token, answer) in [("one", "Of a."), ("two", "Of b.")] {
                let stored = await bench.send(
                    "POST", "/cache/entries", headers: ["Authorization": "Bearer \(token)"],
                    body: #"{"question":"Where is it?","answer":"\#(answer)"}"#)
                #expect(stored.status < 300)
            }
            let asked = Request(
                "POST", "/v1/chat/completions", headers: ["Authorization": "Bearer one"], body: Array(Self.body.utf8))
            func answer(_ api: API) -> JSONValue? {
                let body = api.respondImmediately(to: asked)?.response?.body.bytes
                return body.flatMap { try? JSONValue.parse($0) }?["choices"]?[0]?["message"]?["content"]
            }
            func service(_ tenants: [String: String]) -> API {
                var parts = bench.api.parts
                parts.access = access(tenants)
                return API(parts, continuing: bench.api)
            }
            let (moved, without) = (service(["one": "b"]), service(["two": "b"]))
            for _ in 0..<2 {
                #expect(answer(bench.api) == "Of a.")
                #expect(answer(moved) == "Of b.")
                #expect(answer(without) == nil)
                #expect(await without.respond(to: asked).status == 401)
            }
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

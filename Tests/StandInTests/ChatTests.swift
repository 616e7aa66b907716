import JSON
import Testing

@testable import StandIn

@Suite struct ChatRequestTests {
    static func request(_ model: String = "gpt-5-mini", _ text: String = "hi", _ more: JSONObject = [:]) -> JSONValue {
        var body: JSONObject = ["model": .string(model), "messages": [["role": "user", "content": .string(text)]]]
        for member in more.members { body[member.name] = member.value }
        return .object(body)
    }

    static let schema: JSONValue = ["type": "json_schema", "json_schema": ["name": "same_question", "schema": [:]]]

    @Test(
        arguments: [
            (["messages": []], 400, nil), (request("gpt-9"), 404, "model_not_found"),
            (["model": "gpt-5"], 400, "missing_required_parameter"),
            (request("gpt-5", "x", ["messages": []]), 400, "empty_array"),
            (request("gpt-5-mini", "x", ["temperature": 0.2]), 400, "unsupported_value"),
            (request("gpt-5-mini-2025-08-07", "x", ["temperature": 0]), 400, "unsupported_value"),
            (request("gpt-5-mini", "x", ["max_tokens": 5]), 400, "unsupported_parameter"),
            (request("gpt-5-mini", "x", ["reasoning_effort": "none"]), 400, "unsupported_value"),
            (request("gpt-5.2", "x", ["reasoning_effort": "minimal"]), 400, "unsupported_value"),
            (request("gpt-5.2", "x", ["reasoning_effort": "low", "temperature": 0]), 400, "unsupported_value"),
            (request("text-embedding-3-small"), 403, "model_not_supported"),
        ] as [(JSONValue, Int, String?)]) func refusedAsTheRealOnesRefuse(body: JSONValue, status: Int, code: String?)
    {
        let error = #expect(throws: APIError.self) { try ChatRequest(body) }
        #expect(error?.status == status)
        #expect(error?.code == code)
        #expect(error?.json["error"]?["message"]?.string?.isEmpty == false)
    }

    @Test(arguments: [
        request("gpt-5-mini", "x", ["temperature": 1]), request("gpt-5-mini", "x", ["temperature": 1.0]),
        request("gpt-5.2", "x", ["temperature": 0.3, "reasoning_effort": "none"]),
        request("gpt-5.2", "x", ["temperature": 0]),
        request("gpt-4o", "x", ["temperature": 0.3, "max_tokens": 4]),
        request("gpt-5", "x", ["unknown_field": [1, 2]]),
    ]) func acceptedAsTheRealOnesAccept(body: JSONValue) throws {
        #expect(try ChatRequest(body).lastUserText == "x")
    }

    @Test func lastUserTextAndItsPartsAreRead() throws {
        let body: JSONValue = [
            "model": "gpt-5.2",
            "messages": [
                ["role": "system", "content": "be brief"], ["role": "user", "content": "first"],
                ["role": "assistant", "content": nil],
                ["role": "user", "content": [["type": "text", "text": "one"], ["type": "text", "text": "two"]]],
                ["role": "assistant", "content": "later"],
            ],
        ]
        let request = try ChatRequest(body)
        #expect(request.lastUserText == "one\ntwo")
        // 8 + 5 + 7 + 5 bytes are 25.
        #expect(request.promptTokens == 7)
        #expect(request.confirmation == nil)
    }

    @Test func onlyTheSchemasNameMakesAConfirmation() throws {
        let text = #"{"question": "q", "candidates": ["a", "b"]}"#
        let confirming = try ChatRequest(Self.request("gpt-5-mini", text, ["response_format": Self.schema]))
        #expect(confirming.confirmation == Confirmation(question: "q", candidates: ["a", "b"]))
        let other: JSONValue = ["type": "json_schema", "json_schema": ["name": "other"]]
        #expect(try ChatRequest(Self.request("gpt-5-mini", text, ["response_format": other])).confirmation == nil)
        #expect(try ChatRequest(Self.request("gpt-5-mini", text)).confirmation == nil)
        let garbage = try ChatRequest(Self.request("gpt-5-mini", "not json", ["response_format": Self.schema]))
        #expect(garbage.confirmation == Confirmation(question: "", candidates: []))
    }
}

@Suite struct AnswersTests {
    private func answer(_ text: String, system: String = "s", model: String = "gpt-5.2") throws -> String {
        let answers = try Answers(
            JSONLines.parse(
                Array(
                    """
                    {"question": "What is it?", "answer": "A thing.", "tags": []}
                    {"question": "what is it?", "answer": "exact wins"}
                    """.utf8), name: "test"))
        let body: JSONValue = [
            "model": .string(model),
            "messages": [
                ["role": "system", "content": .string(system)], ["role": "user", "content": .string(text)],
            ],
        ]
        return answers.answer(to: try ChatRequest(body))
    }

    @Test(arguments: [
        ("What is it?", "A thing."), ("what is it?", "exact wins"), (" WHAT IS IT?\n", "A thing."),
    ]) func filedAnswersAreFound(question: String, expected: String) throws {
        #expect(try answer(question) == expected)
    }

    @Test func inventedAnswersTellTheirQuestionAndConversation() throws {
        let first = try answer("unknown")
        #expect(first.contains("stand-in"))
        #expect((300...900).contains(first.utf8.count))
        #expect(try answer("unknown") == first)
        #expect(try answer("unknown too") != first)
        #expect(try answer("unknown", system: "other") != first)
        #expect(try answer("unknown", model: "gpt-5-mini") != first)
    }

    @Test func anAnswerWithoutAQuestionIsRefused() {
        #expect(throws: JSONLinesError.self) { try Answers([(1, ["answer": "x"])]) }
    }
}

@Suite struct CompletionTests {
    private static let text = "Installing  Debian needs\na medium; größer is better ✓ and so it goes on for a while."
    private let completion = Completion(id: "c", created: 5, model: "m", text: text, promptTokens: 3)

    @Test func wholeReplyHasTheShapeOfOpenAIs() {
        let json = completion.json
        #expect(json["object"] == "chat.completion")
        #expect(json["system_fingerprint"] == "stand-in")
        #expect(json["choices"]?[0]?["message"]?["content"]?.string == Self.text)
        #expect(json["choices"]?[0]?["finish_reason"] == "stop")
        let tokens = (Self.text.utf8.count + 3) / 4
        #expect(json["usage"]?["prompt_tokens"] == 3)
        #expect(json["usage"]?["completion_tokens"]?.int == tokens)
        #expect(json["usage"]?["total_tokens"]?.int == tokens + 3)
        #expect(json["usage"]?["prompt_tokens_details"]?["cached_tokens"] == 0)
        #expect(json["usage"]?["completion_tokens_details"]?["reasoning_tokens"] == 0)
    }

    private static func chunks(_ events: [[UInt8]]) throws -> [JSONValue] {
        #expect(String(decoding: events.last ?? [], as: UTF8.self) == "data: [DONE]\n\n")
        return try events.dropLast().map { event in
            let text = String(decoding: event, as: UTF8.self)
            #expect(text.hasPrefix("data: ") && text.hasSuffix("\n\n"))
            return try JSONValue.parse(String(text.dropFirst(6)))
        }
    }

    @Test(arguments: [false, true]) func streamTellsTheSame(includesUsage: Bool) throws {
        let chunks = try Self.chunks(completion.events(includingUsage: includesUsage))
        #expect(chunks[0]["choices"]?[0]?["delta"]?["role"] == "assistant")
        #expect(chunks.compactMap { $0["choices"]?[0]?["delta"]?["content"]?.string }.joined() == Self.text)
        #expect(chunks.count > 4)
        let finishes = chunks.compactMap { $0["choices"]?[0]?["finish_reason"]?.string }
        #expect(finishes == ["stop"])
        #expect(Set(chunks.compactMap { $0["id"]?.string }) == ["c"])
        if includesUsage {
            #expect(chunks.last?["choices"] == [])
            #expect(chunks.last?["usage"] == completion.json["usage"])
            #expect(chunks.dropLast().allSatisfy { $0["usage"]?.isNull == true })
        } else {
            #expect(chunks.allSatisfy { $0["usage"] == nil })
        }
    }

    @Test func severalChoicesAreToldApart() throws {
        var completion = completion
        completion.choices = 2
        #expect(completion.json["choices"]?.array?.map { $0["index"]?.int } == [0, 1])
        let indices = try Self.chunks(completion.events(includingUsage: false)).compactMap {
            $0["choices"]?[0]?["index"]?.int
        }
        #expect(Set(indices) == [0, 1])
    }

    @Test(arguments: [0, 1, 2, 5, 100]) func aLimitCutsBetweenCharacters(tokens: Int) {
        var completion = completion
        completion.text = String(repeating: "✓", count: 20)
        completion.limit(toTokens: tokens)
        // Three bytes a character: 60 bytes are 15 tokens.
        #expect(completion.text?.count == min(tokens * 4 / 3, 20))
        #expect(completion.finishReason == (tokens < 15 ? "length" : "stop"))
    }

    @Test(
        arguments: [
            ("refusal", nil, "stop"), ("finish_reason=length", text, "length"), ("tool_calls", nil, "tool_calls"),
            ("text=off schema", "off schema", "stop"), ("finish_reason=content_filter;text=x", "x", "content_filter"),
        ] as [(String, String?, String)]) func faultsShapeIt(fault: String, content: String?, finish: String) throws
    {
        var completion = completion
        completion.apply(try Fault(fault))
        let choice = completion.json["choices"]?[0]
        #expect(choice?["message"]?["content"]?.string == content)
        #expect(choice?["finish_reason"]?.string == finish)
        #expect((choice?["message"]?["refusal"]?.string != nil) == (fault == "refusal"))
        #expect((choice?["message"]?["tool_calls"]?.array?.count == 1) == (fault == "tool_calls"))
        let chunks = try Self.chunks(completion.events(includingUsage: false))
        #expect(chunks.compactMap { $0["choices"]?[0]?["delta"]?["content"]?.string }.joined() == content ?? "")
        #expect(chunks.last?["choices"]?[0]?["finish_reason"]?.string == finish)
    }

    @Test func choicesCanBeEmpty() throws {
        var completion = completion
        completion.apply(try Fault("empty_choices"))
        #expect(completion.json["choices"] == [])
    }
}

@Suite struct EmbeddingsTests {
    private static func vectors(_ body: JSONValue) throws -> [[Double]] {
        try #require(try Embeddings(body).json["data"]?.array).map { row in
            (row["embedding"]?.array ?? []).compactMap(\.double)
        }
    }

    @Test(arguments: [("text-embedding-3-small", 1_536), ("text-embedding-3-large", 3_072)])
    func vectorsAreUnitAndRepeatable(model: String, width: Int) throws {
        let body: JSONValue = ["model": .string(model), "input": ["one", "two", "one"]]
        let vectors = try Self.vectors(body)
        #expect(vectors.map(\.count) == [width, width, width])
        #expect(vectors[0] == vectors[2])
        for vector in vectors { #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5) }
        #expect(abs(zip(vectors[0], vectors[1]).reduce(0) { $0 + $1.0 * $1.1 }) < 0.2)
        #expect(try Self.vectors(["model": .string(model), "input": "two"]) == [vectors[1]])
    }

    @Test func base64CarriesTheSameFloats() throws {
        let json = try Embeddings(
            ["model": "text-embedding-3-small", "input": "x", "dimensions": 3, "encoding_format": "base64"]
        ).json
        let vector = Embeddings.vector(of: "x", dimensions: 3)
        let bytes = vector.flatMap { value in
            [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32($0)) }
        }
        #expect(json["data"]?[0]?["embedding"]?.string == base64(bytes))
        #expect(json["usage"]?["prompt_tokens"] == 1)
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func base64IsThatOfTheRFC(text: String, expected: String) {
        #expect(base64(Array(text.utf8)) == expected)
    }

    @Test(
        arguments: [
            (["model": "text-embedding-3-small"], 400), (["model": "gpt-5.2", "input": "x"], 403),
            (["model": "nothing", "input": "x"], 404), (["input": "x"], 400),
            (["model": "text-embedding-3-small", "input": []], 400),
            (["model": "text-embedding-3-small", "input": ""], 400),
            (["model": "text-embedding-3-small", "input": "x", "dimensions": 0], 400),
            (["model": "text-embedding-3-small", "input": "x", "dimensions": 1_537], 400),
            (["model": "text-embedding-3-small", "input": "x", "encoding_format": "hex"], 400),
        ] as [(JSONValue, Int)]) func badRequestsAreRefused(body: JSONValue, status: Int)
    {
        #expect(#expect(throws: APIError.self) { try Embeddings(body) }?.status == status)
    }
}

import HTTP
import JSON
import Testing

@testable import API

@Suite struct StreamRelayTests {
    private static func text(_ piece: [UInt8]?) -> String? { piece.map { String(decoding: $0, as: UTF8.self) } }

    @Test func carriesWhatIsSentInOrder() async throws {
        for bytesMax in [1, 7, 1_000] {
            let relay = StreamRelay(bytesMax: bytesMax)
            let writer = Task {
                for number in 0..<200 { await relay.send(["X-Number": "\(number)"], Array("\(number),".utf8)) }
                relay.end(Array("end".utf8))
            }
            #expect(await relay.opened()?["x-number"] == "0")
            var received = ""
            while let piece = Self.text(try await relay.next()) {
                // What has come, a piece at least, and no more than the limit lets in.
                #expect(piece.utf8.count <= bytesMax + "199,end".utf8.count)
                received += piece
            }
            #expect(received == (0..<200).map { "\($0)," }.joined() + "end")
            await writer.value
        }
    }

    @Test func aRelayThatEndsUnopenedHasNoHead() async {
        let relay = StreamRelay()
        async let head = relay.opened()
        relay.end(Array("an error".utf8))
        #expect(await head == nil)
    }

    @Test func aWriterDoesNotWaitForAReaderThatHasLeft() async throws {
        let relay = StreamRelay(bytesMax: 1)
        let writer = Task {
            for _ in 0..<100 { await relay.send([:], [1, 2, 3]) }
            relay.end([])
        }
        _ = await relay.opened()
        relay.abandon()
        await writer.value
        await #expect(throws: CancellationError.self) { try await relay.next() }
    }

    @Test func leavingFreesAReaderThatWaits() async {
        let relay = StreamRelay()
        let reader = Task { try await relay.next() }
        relay.abandon()
        await #expect(throws: CancellationError.self) { try await reader.value }
    }
}

@Suite struct ChatChunksTests {
    @Test(arguments: [
        "", "short", "a few words, and then some more of them, until it is long enough to be cut", "\n\n  spaces   ",
        String(repeating: "漢字", count: 100), String(repeating: "👩‍👩‍👧‍👦 ", count: 40), "line\nline\n\n```code```\n",
    ]) func piecesMakeUpTheText(_ text: String) {
        let pieces = ChatChunks.pieces(of: text)
        #expect(pieces.joined() == text)
        #expect(pieces.allSatisfy { (1...64).contains($0.count) })
        for (piece, next) in zip(pieces, pieces.dropFirst()) {
            #expect(piece.count >= 24)
            #expect(piece.count == 64 || next.first?.isWhitespace == true)
        }
    }

    @Test func everythingOfACompletionIsInItsChunks() throws {
        let completion = try JSONValue.parse(
            #"""
            {"id":"c","object":"chat.completion","created":7,"model":"m","x":1.10,"choices":[{"index":0,"message":
            {"role":"assistant","content":null,"refusal":null,"annotations":[],"reasoning_content":"hm","tool_calls":[
            {"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"},
            {"index":1,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"total_tokens":3}}
            """#)
        let envelope = #"{"id":"c","object":"chat.completion.chunk","created":7,"model":"m","x":1.10,"choices":["#
        func chunk(_ index: Int, _ delta: String, _ finish: String = "null") -> String {
            "data: " + envelope
                + #"{"index":\#(index),"delta":\#(delta),"logprobs":null,"finish_reason":\#(finish)}],"usage":null}"#
                + "\n\n"
        }
        let events = String(decoding: ChatChunks.events(of: completion, includesUsage: true), as: UTF8.self)
        #expect(
            events
                == chunk(0, #"{"role":"assistant","content":null,"refusal":null}"#)
                + chunk(0, #"{"reasoning_content":"hm"}"#)
                + chunk(
                    0,
                    #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}"#
                )
                + chunk(0, "{}", #""tool_calls""#)
                + chunk(1, #"{"role":"assistant","content":"","refusal":null}"#) + chunk(1, #"{"content":"Hi"}"#)
                + chunk(1, "{}", #""stop""#) + "data: " + envelope + #"],"usage":{"total_tokens":3}}"# + "\n\n")
        let bare = String(decoding: ChatChunks.events(of: completion, includesUsage: false), as: UTF8.self)
        #expect(!bare.contains("usage") && bare.split(separator: "\n\n").count == 7)
    }
}

import Foundation
import HTTP
import JSON
import Testing

/// Vectors that say of different questions that they are the same, as somebody would make them up who knows the model.
struct CollisionTests {
    private static let questions = [
        "How do I reset my password?", "Where is my invoice?", "Can I return a bicycle?", "Who founded the company?",
        "Is the warranty valid abroad?", "What does the premium plan cost?", "How can I delete my account?",
        "When does the shop open on Sundays?", "Do you ship to islands?", "Which browsers are supported?",
        "How long does a refund take?", "May I bring my dog?", "What is the capital of France?",
        "How do I transfer money to another account?", "Where can I park a caravan?",
    ]

    /// 210 pairs at a cosine of 1, and with a little noise: none is served where no mini can be asked.
    @Test(arguments: [0.0, 0.02]) func noneIsServedWithoutMini(noise: Float) async throws {
        let home = try Scratch()
        let daemon = try await Daemon.start(in: home)
        var served: [String] = []
        for (index, stored) in Self.questions.enumerated() {
            let scope = JSONValue.string("scope \(index)")
            let entry: JSONValue = [
                "question": .string(stored), "answer": "A", "scope": scope, "embedding": Self.vector(noise: 0, 1),
            ]
            #expect(try await daemon.post("/cache/entries", entry).status == 201)
            for (other, asked) in Self.questions.enumerated() where other != index {
                let question: JSONValue = [
                    "question": .string(asked), "scope": scope, "embedding": Self.vector(noise: noise, other),
                ]
                let reply = try await daemon.post("/cache/lookup", question)
                #expect(try #require(reply.receipt?["similarity"]?.double) > 0.8)
                if reply.outcome != "miss" { served.append("\(stored) for \(asked)") }
            }
        }
        #expect(served == [])
    }

    private static func vector(noise: Float, _ seed: Int) -> JSONValue {
        var values = (0..<384).map { index in Float(index == 0 ? 1 : 0) + noise * Float((index * seed) % 7 - 3) / 3 }
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for index in values.indices { values[index] /= length }
        let bytes = values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) } }
        return .string(Data(bytes).base64EncodedString())
    }
}

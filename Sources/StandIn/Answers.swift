package import JSON
import Support

/// What *full* says: answers from a file, and for every other question a text that cannot be taken for one.
package struct Answers: Sendable {
    private var exact: [String: String] = [:]
    private var compared: [String: String] = [:]

    package init() {}

    /// Rows `{question, answer}`; further members are passed over. The first of two equal questions counts.
    package init(_ rows: [(line: Int, value: JSONValue)]) throws(JSONLinesError) {
        for (line, row) in rows {
            guard let question = row["question"]?.string, let answer = row["answer"]?.string else {
                throw JSONLinesError(line: line, expected: "{question, answer}")
            }
            if exact[question] == nil { exact[question] = answer }
            if compared[question.compared] == nil { compared[question.compared] = answer }
        }
    }

    package func answer(to request: ChatRequest) -> String {
        let question = request.lastUserText
        return exact[question] ?? compared[question.compared] ?? Self.invented(for: request)
    }

    /// Names the question's hash, so that a test sees whose answer it got, and the conversation's with the model's, so
    /// that it sees whether the answer was given to another system message or by another model. 300 to 900 bytes.
    private static func invented(for request: ChatRequest) -> String {
        var question = StableHash()
        question.add(request.lastUserText)
        var conversation = StableHash(seed: request.conversation)
        conversation.add(request.model.name)
        var text =
            "This is the stand-in provider; no model runs here. It has no answer on file to question "
            + "\(question.hex) (conversation \(conversation.hex))."
        var generator = SplitMix64(seed: question.value)
        for _ in 0..<Int.random(in: 2...7, using: &generator) {
            text += " " + filler[Int.random(in: 0..<filler.count, using: &generator)]
        }
        return text
    }

    private static let filler = [
        "A sentence like this one stands where a model would explain the matter in a few plain words to its reader.",
        "The length of this text follows from the question alone, so every run of a test counts the same tokens.",
        "Whoever reads this in a product has pointed it at the test double instead of at the model's provider.",
        "Nothing in this paragraph was thought of by a model, and nothing in it answers what was asked for above.",
    ]
}

import Cache
import Models
import Store

/// What an answer says and what it took, whatever form it came in.
struct PlainAnswer: Equatable {
    var text: String?
    var refusal: String?
    var finishReason: String
    var model: String
    var usage: Usage
}

extension PlainAnswer {
    /// A stored answer. Tokens that are not known are estimated: clients add them up.
    init(_ entry: Entry, requestedModel: String) {
        let promptTokens = entry.promptTokens > 0 ? entry.promptTokens : Economics.estimatedTokens(entry.question)
        let completionTokens =
            entry.completionTokens > 0 ? entry.completionTokens : Economics.estimatedTokens(entry.answer)
        self.init(
            text: entry.answer, finishReason: "stop", model: entry.model ?? requestedModel,
            usage: Usage(promptTokens: promptTokens, completionTokens: completionTokens))
    }

    /// An answer that came in the API's other form.
    init(_ completion: Completion) {
        self.init(
            text: completion.text, refusal: completion.refusal, finishReason: completion.finishReason ?? "stop",
            model: completion.model, usage: completion.usage ?? Usage(promptTokens: 0, completionTokens: 0))
    }
}

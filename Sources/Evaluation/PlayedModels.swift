import Cache
import JSON
import Models
import Support

/// Full and mini, played without a network: a fixed answer, and verdicts taken from the labels.
struct PlayedModels: Sendable {
    let configuration: ModelsConfiguration
    let mini: PlayedMini

    /// Some 200 tokens, as long as a FAQ's answer.
    static let answer = String(repeating: "An answer of ordinary length. ", count: 27)

    /// Full's answer to a question.
    func answer(to question: String) -> Completion {
        let usage = PlayedModels.usage(ofAnswerTo: question)
        return Completion(
            playing: configuration.full.models.first ?? "full", text: PlayedModels.answer, usage: usage,
            cost: fullCost(of: question))
    }

    /// What full takes for a question; nil where its price is unknown.
    func fullCost(of question: String) -> Money? {
        configuration.full.models.first.flatMap {
            configuration.cost(model: $0, usage: PlayedModels.usage(ofAnswerTo: question))
        }
    }

    /// Mini's reply to a confirmer's request.
    func confirm(_ body: JSONObject) -> Completion {
        let reply = mini.reply(to: body)
        let usage = Usage(
            promptTokens: Economics.estimatedTokens(JSONValue.object(body).text),
            completionTokens: Economics.estimatedTokens(reply))
        let model = configuration.mini.models.first ?? "mini"
        return Completion(
            playing: model, text: reply, usage: usage, cost: configuration.cost(model: model, usage: usage))
    }

    private static func usage(ofAnswerTo question: String) -> Usage {
        Usage(
            promptTokens: Economics.estimatedTokens(question), completionTokens: Economics.estimatedTokens(answer))
    }
}

import Models

extension Completion {
    /// The text to be stored: that of an answer which ended by itself, with nothing called and nothing refused.
    var storableText: String? {
        guard isWhole, isStorable, finishReason == "stop", refusal == nil, !hasToolCalls, let text, !text.isEmpty else {
            return nil
        }
        return text
    }
}

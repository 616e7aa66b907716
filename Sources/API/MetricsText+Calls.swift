import Ledger

extension MetricsText {
    /// Calls of the models: how many, their tokens, their dollars.
    mutating func describe(_ calls: [CallMetrics.Kind: CallMetrics.Counts]) {
        let kinds = calls.sorted { ($0.key.role, $0.key.purpose) < ($1.key.role, $1.key.purpose) }
        func labels(_ kind: CallMetrics.Kind, _ more: (String, String)...) -> [(String, String)] {
            [("role", kind.role), ("purpose", kind.purpose)] + more
        }
        counter(
            "refrain_model_calls_total", "Calls of models, every try counted, by what came of them.",
            kinds.flatMap { kind, counts in
                [
                    (labels(kind, ("result", "ok")), Double(counts.succeeded)),
                    (labels(kind, ("result", "failed")), Double(counts.failed)),
                ]
            })
        counter(
            "refrain_tokens_total",
            "Tokens by kind: input without those that the provider had cached, output without reasoning.",
            kinds.flatMap { kind, counts in
                [
                    (labels(kind, ("kind", "input")), Double(counts.inputTokens)),
                    (labels(kind, ("kind", "cached")), Double(counts.cachedTokens)),
                    (labels(kind, ("kind", "output")), Double(counts.outputTokens)),
                    (labels(kind, ("kind", "reasoning")), Double(counts.reasoningTokens)),
                ]
            })
        counter(
            "refrain_spent_dollars_total", "What calls of models cost, as far as it is known.",
            kinds.map { (labels($0.key), Double($0.value.nanodollars) / 1e9) })
        counter(
            "refrain_calls_of_unknown_cost_total", "Calls that may have cost something, of which it is not known what.",
            kinds.map { (labels($0.key), Double($0.value.costUnknown)) })
    }
}

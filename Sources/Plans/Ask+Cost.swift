package import Models
package import Support

extension Ask {
    /// Tokens of the constant part, instructions, examples and schema, estimated.
    package var templateTokens: Int {
        (instructions?.estimatedTokens ?? 0) + (schema?.json.estimatedTokens ?? 0)
            + examples.map { $0.data.estimatedTokens + $0.output.estimatedTokens }.reduce(0, +)
    }

    /// What one call takes at most for its template and its output, the variables aside; nil: the price is not known.
    package func costMax(_ models: ModelsConfiguration) -> Money? {
        cost(models, inputTokens: 0, outputTokens: outputTokensMax)
    }

    /// What one call takes with so many tokens of variables; nil: the price is not known.
    package func cost(_ models: ModelsConfiguration, inputTokens: Int, outputTokens: Int) -> Money? {
        models[role].models.first.flatMap { models.price(of: $0) }?.cost(
            of: Usage(promptTokens: templateTokens + inputTokens, completionTokens: outputTokens))
    }
}

package import Models
package import Support

extension Step {
    /// Tokens of the constant part, instructions and schema, estimated.
    package var templateTokens: Int {
        (instructions?.estimatedTokens ?? 0) + (schema?.json.estimatedTokens ?? 0)
    }

    /// What one call takes at most for its template and its output, the variables aside; nil: the price is not known.
    package func costMax(_ models: ModelsConfiguration) -> Money? {
        models[role].models.first.flatMap { models.price(of: $0) }?.cost(
            of: Usage(promptTokens: templateTokens, completionTokens: outputTokensMax))
    }
}

package import JSON
import Support

extension EscalationRules {
    /// The rule of the subject that mini says an input is about; nil: of none.
    ///
    /// What mini does not say in time or in words that are one of the subjects counts as a rule too: an input that
    /// nobody has looked at is not known to be harmless.
    ///
    /// - Parameters:
    ///   - plan: has the inputs `subjects` and `text` and the output `subject`.
    /// - Throws: `CancellationError`.
    package func subject(of input: JSONValue, _ plan: Plan, _ engine: PlanEngine) async throws -> String? {
        guard !subjects.isEmpty else { return nil }
        var text = input.texts.joined(separator: "\n")
        if text.utf8.count > Limits.classifiedInputBytesMax {
            text = text.cut(toBytes: Limits.classifiedInputBytesMax)
        }
        let inputs: JSONObject = [
            "subjects": .array(subjects.map { .string($0) }), "text": .string(text),
        ]
        let run = try await engine.run(plan, inputs: inputs)
        let said = run.outputs["subject"]?.string?.trimmed.lowercased()
        if said == "none" { return nil }
        return subjects.first { $0.lowercased() == said }.map { "subject \"\($0)\"" } ?? "subject not known"
    }
}

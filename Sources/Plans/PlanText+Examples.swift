package import JSON

/// A plan's text with examples put into a step, all else as it was.
package enum PlanText {
    /// - Parameters:
    ///   - examples: a list of `{data, output}`.
    /// - Returns: nil where the step's beginning cannot be found in the text, or what comes of it is no plan.
    package static func adding(_ examples: JSONValue, to step: String, of plan: Plan) -> String? {
        let text = plan.source
        let names = ["\(step):", "\(step) :", "\"\(step)\":", "'\(step)':"]
        for name in names {
            var rest = text[...]
            while let found = rest.firstRange(of: name) {
                rest = rest[found.upperBound...]
                guard let brace = rest.firstIndex(where: { !$0.isWhitespace }), rest[brace] == "{" else { continue }
                let inside = text.index(after: brace)
                let changed = text[..<inside] + "\n" + lines(examples) + text[inside...]
                // The same name may stand elsewhere, as a label or a property: only the right place gives the step
                // its examples.
                guard let read = try? Plan.parse(String(changed), name: plan.name, file: plan.name),
                    read.step(named: step)?.ask?.examples.isEmpty == false
                else { continue }
                return String(changed)
            }
        }
        return nil
    }

    private static func lines(_ examples: JSONValue) -> String {
        let margin = String(repeating: " ", count: 12)
        let rows = (examples.array ?? []).map { "\(margin)    \($0.text),\n" }
        return "\(margin)examples: [\n" + rows.joined() + "\(margin)],"
    }
}

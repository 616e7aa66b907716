package import JSON

/// Which questions ask the same, as labelled data knows it; texts compare lower-cased and trimmed.
///
/// Identical texts are the same, texts of one class are the same, a labelled pair overrides both; what no row tells
/// is different.
package struct Truth: Sendable {
    private var classes: [String: String] = [:]
    private var pairs: [Pair: Bool] = [:]

    private struct Pair: Hashable {
        let low: String
        let high: String

        init(_ left: String, _ right: String) {
            (low, high) = left < right ? (left, right) : (right, left)
        }
    }

    package init() {}

    /// Rows `{a, b, same}`, `{text, class}` or `{question, matches}`, mixed as they like; `matches` null is unknown.
    package init(_ rows: [(line: Int, value: JSONValue)]) throws(JSONLinesError) {
        for (line, row) in rows {
            if let left = row["a"]?.string, let right = row["b"]?.string, let same = Self.truth(row["same"]) {
                pairs[Pair(left.compared, right.compared)] = same
            } else if let text = row["text"]?.string, let name = row["class"] {
                classes[text.compared] = name.string ?? name.text
            } else if let question = row["question"]?.string, let matches = row["matches"] {
                // Questions that match one text have one answer, so they match each other as well.
                guard let matched = matches.string?.compared else { continue }
                classes[question.compared] = "matches \(matched)"
                classes[matched] = "matches \(matched)"
            } else {
                throw JSONLinesError(
                    line: line, expected: "{a, b, same}, {text, class} or {question, matches}")
            }
        }
    }

    /// `true`, `false`, 1 or 0, as data sets spell it.
    private static func truth(_ value: JSONValue?) -> Bool? {
        value?.bool ?? value?.int.map { $0 != 0 }
    }

    package func areSame(_ left: String, _ right: String) -> Bool {
        let left = left.compared
        let right = right.compared
        if let labelled = pairs[Pair(left, right)] { return labelled }
        if left == right { return true }
        guard let name = classes[left] else { return false }
        return name == classes[right]
    }
}

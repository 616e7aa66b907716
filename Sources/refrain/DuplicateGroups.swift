import JSON
import Support
import Terminal

/// Rows that were merged, by the question that they repeat, for a person to check.
struct DuplicateGroups {
    private struct Row {
        let line: Int
        let question: String
        let similarity: Double?
        let witness: String
        let hasSameAnswer: Bool

        var json: JSONValue {
            [
                "line": .number(line), "question": .string(question),
                "similarity": similarity.map { .number($0) } ?? .null,
                "witness": .string(witness), "same_answer": .bool(hasSameAnswer),
            ]
        }
    }

    private var questions: [String] = []
    private var rows: [String: [Row]] = [:]

    /// - Parameter result: of a row that was merged, as the service gives it.
    mutating func add(_ result: JSONValue, line: Int, question: String) {
        let repeated = result["question"]?.string ?? ""
        if rows[repeated] == nil { questions.append(repeated) }
        rows[repeated, default: []].append(
            Row(
                line: line, question: question, similarity: result["similarity"]?.double,
                witness: result["witness"]?.string ?? "", hasSameAnswer: result["same_answer"]?.bool == true))
    }

    var json: JSONValue {
        .array(
            questions.map { question in
                ["question": .string(question), "rows": .array((rows[question] ?? []).map(\.json))]
            })
    }

    func show(_ console: Console) throws {
        for question in questions {
            try console.writeLine(Log.singleLine(question))
            for row in rows[question] ?? [] {
                let similarity = row.similarity.map { Format.fixed($0, decimals: 2) } ?? "    "
                let note = row.hasSameAnswer ? "" : "  (its own answer is dropped)"
                try console.writeLine(
                    "  line \(row.line)  \(similarity)  \(row.witness)  \(Log.singleLine(row.question))\(note)")
            }
        }
    }
}

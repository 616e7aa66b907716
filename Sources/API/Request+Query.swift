import HTTP
import Support

extension Request {
    /// Refuses a query with other parameters than these: a misspelt one must not count as none.
    func allow(parameters: Set<String>) throws(APIError) {
        for (name, _) in query where !parameters.contains(name) {
            let hint = closest(to: name, among: parameters.sorted()).map { "; did you mean \($0)?" } ?? ""
            throw APIError(400, "unknown parameter \(name)" + hint, param: name, code: "unknown_parameter")
        }
    }

    /// A number of the query; nil where it is not given.
    func number(_ name: String, in range: ClosedRange<Int64>) throws(APIError) -> Int64? {
        guard let text = query(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw APIError(
                400, "\(name) must be a number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"",
                param: name, code: "invalid_value")
        }
        return number
    }
}

import HTTP

extension Request {
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

/// As many values as come, in the place of a fixed number of parameters: a statement is prepared once for all numbers of them.
enum ParameterList {
    /// `?1, ?2, …`
    static func sql(from first: Int = 1, count: Int) -> String {
        (first..<first + count).map { "?\($0)" }.joined(separator: ", ")
    }

    /// The values, the last of them as often as some are lacking: what is named twice is found once.
    ///
    /// - Precondition: some values, and `count` at most.
    static func padded<T>(_ values: [T], to count: Int) -> [T] {
        precondition(!values.isEmpty && values.count <= count, "more values than parameters, or none")
        return values + Array(repeating: values[values.count - 1], count: count - values.count)
    }

    /// The values in parts of so many.
    static func parts<T>(_ values: [T], of count: Int) -> [[T]] {
        stride(from: 0, to: values.count, by: count).map { Array(values[$0..<min($0 + count, values.count)]) }
    }
}

/// A command line that fits its specification.
package struct ParsedArguments: Sendable {
    package let command: CommandSpecification
    package let arguments: [String]
    private let known: Set<String>
    private let given: [String: [String]]

    init(
        command: CommandSpecification, known: some Sequence<String>, arguments: [String], given: [String: [String]]
    ) {
        self.command = command
        self.arguments = arguments
        self.known = Set(known)
        self.given = given
    }

    /// Whether a switch, or an option with a value, is given.
    package func has(_ option: String) -> Bool { !values(option).isEmpty }

    /// An option's value; nil when it is not given.
    package func value(_ option: String) -> String? { values(option).last }

    /// Every value of a repeatable option, in order.
    ///
    /// - Precondition: the command has this option.
    package func values(_ option: String) -> [String] {
        precondition(known.contains(option), "\(command.name) has no option --\(option)")
        return given[option] ?? []
    }

    /// An option's value as a whole number.
    package func integer(_ option: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = value(option) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let limits =
                range.upperBound == .max
                ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw UsageError("--\(option) takes a whole number \(limits), not \"\(text)\"")
        }
        return number
    }

    /// An option's value as a decimal number.
    package func number(_ option: String, in range: ClosedRange<Double>) throws(UsageError) -> Double? {
        guard let text = value(option) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            let limits = "\(Format.number(range.lowerBound)) to \(Format.number(range.upperBound))"
            throw UsageError("--\(option) takes a number from \(limits), not \"\(text)\"")
        }
        return number
    }
}

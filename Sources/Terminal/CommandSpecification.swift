/// What stands for a word the user gives: its name in the help, and what a shell offers for it.
package struct ValueSpecification: Sendable, Equatable {
    package enum Completion: Sendable, Equatable {
        case nothing, file, directory
        /// The only words accepted.
        case choices([String])
    }

    /// As the help shows it, upper-case: `FILE`.
    package let name: String
    package let completion: Completion

    package init(_ name: String, _ completion: Completion = .nothing) {
        self.name = name
        self.completion = completion
    }

    package init(_ name: String, choices: [String]) {
        self.init(name, .choices(choices))
    }

    var choices: [String]? { if case .choices(let words) = completion { words } else { nil } }
}

/// An argument of a command that is found by its position.
package struct ArgumentSpecification: Sendable, Equatable {
    package enum Occurrence: Sendable, Equatable {
        case one, optional, any, oneOrMore
    }

    package let value: ValueSpecification
    package let occurrence: Occurrence
    package let summary: String

    package init(_ value: ValueSpecification, _ summary: String, _ occurrence: Occurrence = .one) {
        self.value = value
        self.occurrence = occurrence
        self.summary = summary
    }

    var isRequired: Bool { occurrence == .one || occurrence == .oneOrMore }
    var takesMany: Bool { occurrence == .any || occurrence == .oneOrMore }

    /// `FILE`, `[FILE]`, `FILE...` or `[FILE...]`.
    var usage: String {
        let name = value.name + (takesMany ? "..." : "")
        return isRequired ? name : "[\(name)]"
    }
}

/// An option: a switch, or a name with a value.
package struct OptionSpecification: Sendable, Equatable {
    /// The long name without its dashes: `older-than`.
    package let name: String
    package let short: Character?
    /// Nil makes it a switch.
    package let value: ValueSpecification?
    /// What holds when it is not given, for the help.
    package let defaultText: String?
    package let isRepeatable: Bool
    package let summary: String

    package init(
        _ name: String, short: Character? = nil, value: ValueSpecification? = nil, defaultText: String? = nil,
        isRepeatable: Bool = false, _ summary: String
    ) {
        self.name = name
        self.short = short
        self.value = value
        self.defaultText = defaultText
        self.isRepeatable = isRepeatable
        self.summary = summary
    }

    /// `--older-than AGE`, or `-n, --limit N`.
    var usage: String {
        (short.map { "-\($0), " } ?? "") + "--" + name + (value.map { " " + $0.name } ?? "")
    }

    /// Accepted everywhere.
    static let help = OptionSpecification("help", short: "h", "show this help")
    /// Accepted before a command.
    static let version = OptionSpecification("version", "show the version")
}

/// A command: what the parser accepts, the help says and the shells complete.
package struct CommandSpecification: Sendable, Equatable {
    /// One word, or two for a command of a group: `config check`.
    package let name: String
    package let summary: String
    package let arguments: [ArgumentSpecification]
    package let options: [OptionSpecification]
    /// A whole command line.
    package let example: String

    package init(
        _ name: String, _ summary: String, arguments: [ArgumentSpecification] = [],
        options: [OptionSpecification] = [], example: String
    ) {
        precondition(
            arguments.dropLast().allSatisfy { $0.occurrence == .one },
            "only the last argument may be left out or repeated")
        self.name = name
        self.summary = summary
        self.arguments = arguments
        self.options = options
        self.example = example
    }

    var words: [String] { name.split(separator: " ").map(String.init) }
}

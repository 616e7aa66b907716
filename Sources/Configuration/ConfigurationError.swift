import Support

/// One thing that is wrong with the configuration.
package struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
    /// `refrain.json5:12`, `--floor` or `REFRAIN_FLOOR`.
    package let place: String
    /// The setting, where the place does not tell.
    package let key: String?
    package let reason: String

    init(_ place: String, key: String? = nil, _ reason: String) {
        self.place = place
        self.key = key
        self.reason = reason
    }

    /// `refrain.json5:12: floor: must be …`.
    package var description: String {
        (key.map { [place, $0, reason] } ?? [place, reason]).joined(separator: ": ")
    }
}

/// All that is wrong with the configuration.
package struct ConfigurationError: ExplainedError, Equatable {
    /// At least one; a reader shows one a line.
    package let problems: [ConfigurationProblem]

    package var what: String {
        problems.count == 1
            ? "the configuration has an error" : "the configuration has \(problems.count) errors"
    }
    package var why: String? { problems.map(\.description).joined(separator: "; ") }
}

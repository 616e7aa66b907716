import Support

/// One thing that is wrong with a plan.
package struct PlanProblem: Sendable, Equatable, CustomStringConvertible {
    /// The file's path, or the plan's name for a built-in one.
    package let file: String
    /// From 1; nil where it is the whole file.
    package let line: Int?
    package let reason: String

    package var description: String {
        [file, line.map(String.init), " " + reason].compactMap(\.self).joined(separator: ":")
    }
}

/// All that is wrong with a plan's file.
package struct PlanError: ExplainedError, Equatable {
    /// At least one, in the order of the lines.
    package let problems: [PlanProblem]

    package var what: String { "the plan cannot be used" }
    package var why: String? { problems.map(\.description).joined(separator: "; ") }
}

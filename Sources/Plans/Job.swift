/// When a plan is done by itself, and over what.
package struct Job: Sendable, Equatable {
    package enum Subject: String, Sendable, CaseIterable {
        /// Each stored answer once: the inputs `question` and `answer`.
        case answers
        /// What people said of answers since the last time: the input `comments`.
        case feedback
        /// Whole lines that were added to a file: the input `log`, or, with words that mark a line, `message` and
        /// `context`.
        case file
    }

    package let subject: Subject
    /// The file that is followed.
    package let path: String?
    /// The words of which a line has one that gets a run of its own; none: a run for each piece of the file.
    package let linesWith: [String]
    package let everySeconds: Int
    /// The share of the answers that it looks at; always the same ones.
    package let share: Double
    /// Runs of one time at most.
    package let runsMax: Int
    /// What one time may cost; no run is begun past it.
    package let dollars: Double
}

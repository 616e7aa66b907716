/// When a plan is done by itself, and over what.
package struct Job: Sendable, Equatable {
    package enum Subject: String, Sendable, CaseIterable {
        /// Each stored answer once: the inputs `question` and `answer`.
        case answers
        /// What people said of answers since the last time: the input `comments`.
        case feedback
    }

    package let subject: Subject
    package let everySeconds: Int
    /// The share of the answers that it looks at; always the same ones.
    package let share: Double
    /// Runs of one time at most.
    package let runsMax: Int
    /// What one time may cost; no run is begun past it.
    package let dollars: Double
}

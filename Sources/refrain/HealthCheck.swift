/// One thing that `refrain doctor` looks at, and what it found.
struct HealthCheck {
    enum State: String { case ok, warning, failed }

    let subject: String
    let state: State
    let finding: String
    var remedy: String?
}

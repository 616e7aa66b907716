/// A condition that did not come true.
struct NeverHappened: Error, CustomStringConvertible {
    let description: String
}

/// Waits for a condition by asking again and again, and returns what it gave.
///
/// The limit is no assertion about time: it only ends a test that would wait for ever.
func eventually<Value>(
    _ what: String, withinSeconds limit: Int = 240, _ condition: () async throws -> Value?
) async throws -> Value {
    let end = ContinuousClock.now + .seconds(limit)
    while ContinuousClock.now < end {
        if let value = try await condition() { return value }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw NeverHappened(description: "never: \(what)")
}

/// The same for a plain yes.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    _ = try await eventually(what) { try await condition() ? true : nil as Bool? }
}

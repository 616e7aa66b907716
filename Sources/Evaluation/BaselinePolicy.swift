/// A policy that sees only the nearest stored entry and its similarity, asks no mini, and serves or has *full* answer.
protocol BaselinePolicy: Sendable {
    var name: String { get }

    /// Whether the nearest entry is served.
    mutating func serves(_ entry: Int, similarity: Double) -> Bool

    /// Learns from full's answer to a question that was not served its nearest entry.
    ///
    /// - Returns: whether the answer is stored as an entry of its own.
    mutating func learn(_ entry: Int, similarity: Double, isSame: Bool) -> Bool
}

/// Serves at or above one similarity, whatever the entry.
struct StaticThreshold: BaselinePolicy {
    let threshold: Double

    var name: String { "static-\(twoDecimals(threshold))" }

    func serves(_ entry: Int, similarity: Double) -> Bool { similarity >= threshold }

    func learn(_ entry: Int, similarity: Double, isSame: Bool) -> Bool { true }
}

/// Two decimals as a policy's name has them: `0.05`.
func twoDecimals(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded())
    let rest = String(hundredths % 100)
    return "\(hundredths / 100).\(rest.count < 2 ? "0" : "")\(rest)"
}

import Cache
import JSON
import Store

extension EvidenceSummary {
    /// As the statistics have it.
    var json: JSONValue {
        var counts = JSONObject()
        for source in Observation.Source.allCases { counts[source.name] = .number(observations[source] ?? 0) }
        return [
            "observations": .object(counts), "scopes": .number(scopes), "entries": .number(entries),
            "scope_weight": .rounded(scopeWeight, places: 3), "entry_weight": .rounded(entryWeight, places: 3),
            "mini_false_accepts": .rounded(miniFalseAccepts, places: 4),
        ]
    }
}

extension MetricsText {
    mutating func describe(_ evidence: EvidenceSummary) {
        counter(
            "refrain_observations_total", "What was observed of pairs of questions, by where it came from.",
            Observation.Source.allCases.map { ([("source", $0.name)], Double(evidence.observations[$0] ?? 0)) })
        samples(
            "refrain_evidence_holders", "Scopes and entries of which the judge has learned something.",
            [([("of", "scope")], Double(evidence.scopes)), ([("of", "entry")], Double(evidence.entries))])
        samples(
            "refrain_evidence_weight", "Fisher information of what was observed, faded as of now.",
            [([("of", "scope")], evidence.scopeWeight), ([("of", "entry")], evidence.entryWeight)])
        gauge(
            "refrain_mini_false_accept_ratio", "How often mini is taken to accept what it should refuse.",
            evidence.miniFalseAccepts)
    }
}

extension Observation.Source {
    fileprivate var name: String {
        switch self {
        case .verdict: "verdict"
        case .audit: "audit"
        case .feedback: "feedback"
        }
    }
}

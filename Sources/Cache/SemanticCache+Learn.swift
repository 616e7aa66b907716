package import Store
import Support

extension SemanticCache {
    /// Takes in what was observed of pairs: the next question of the scope is decided with it, and it is kept.
    package func learn(_ observations: [Observation]) async {
        guard !observations.isEmpty else { return }
        let now = parts.clock.now
        for observation in observations {
            // Where others observe as well, each takes it in when it is committed, and once.
            if memory.loader == nil { evidence.observe(observation, now) }
            evidence.count(observation)
        }
        do {
            try await parts.store.record(observations)
        } catch {
            note(storeError: error)
        }
    }

    /// How much the judge has to go by; takes some microseconds per thousand entries.
    package var evidenceSummary: EvidenceSummary { evidence.summary(parts.clock.now) }

    /// How far mini is trusted, as audits have it.
    package var miniReliability: MiniReliability { evidence.mini }

    /// Brings back what was learned before.
    func loadEvidence() throws(StoreError) {
        try parts.store.observations { evidence.observe($0, $1) }
    }
}

package import Store
import Support

extension SemanticCache {
    /// Takes in what was observed of pairs: the next question of the scope is decided with it, and it is kept.
    package func learn(_ observations: [Observation]) async {
        guard !observations.isEmpty else { return }
        let now = parts.clock.now
        for observation in observations { evidence.observe(observation, now) }
        do {
            try await parts.store.record(observations)
        } catch {
            note(storeError: error)
        }
    }

    /// Brings back what was learned before.
    func loadEvidence() throws(StoreError) {
        try parts.store.observations { evidence.observe($0, $1) }
    }
}

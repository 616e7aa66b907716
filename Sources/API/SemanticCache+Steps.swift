import Cache
import JSON
import Models
import Plans
import Store
import Support

extension SemanticCache {
    /// Keeps the outputs of plans' steps as entries, one scope a step: found by content alone, never by likeness.
    func steps(tenant: String, _ models: ModelClient) -> StepCache {
        StepCache(
            find: { key in
                let (question, scope) = SemanticCache.place(key, tenant: tenant, models)
                return self.recall(Query(question, scope: scope))
            },
            keep: { key, output, completion in
                let (question, scope) = SemanticCache.place(key, tenant: tenant, models)
                // What cannot be kept is made again.
                let entry = self.newEntry(Query(question, scope: scope), output, completion)
                guard let entry = try? self.admitted(entry) else { return }
                _ = await self.insert([entry], policy: .replace)
            })
    }

    /// The question stands for the whole request, which may be a long document; other models have a scope of their own.
    private static func place(
        _ key: StepCache.Key, tenant: String, _ models: ModelClient
    ) -> (question: String, scope: ScopeKey) {
        let request = Digest(of: JSONValue.object(key.request).text).hex
        let asked = ["plan step", key.role.rawValue] + models.configuration[key.role].models
        let scope = ScopeKey(
            tenant: tenant, name: "plan:\(key.plan).\(key.step)", digest: Digest(of: asked.joined(separator: "\n")))
        return ("\(key.plan).\(key.step) \(request)", scope)
    }
}

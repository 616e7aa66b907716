import Cache
import HTTP
import JSON
import Store
import Support

/// `POST /cache/entries?dedupe=true`: a row that repeats another in other words becomes an alias of it.
extension EntryRoutes {
    /// How rows are put in.
    struct Addition: Sendable {
        /// What happens to a question that has another answer already: `?on_conflict=replace` (the default) or `keep`.
        var policy: InsertPolicy
        /// Whether what repeats another row is merged.
        var merges = false
        /// Whether nothing is stored.
        var isTrial = false

        var linesMax: Int { isTrial ? Limits.trialLinesMax : Limits.importLinesPerRequestMax }
    }

    /// One row after the other, since each may repeat one before it.
    func addMerging(_ entries: [(line: Int, entry: NewEntry)], _ addition: Addition) async throws -> (
        stored: [JSONValue], errors: [(line: Int, message: String)]
    ) {
        let trial = addition.isTrial ? try TrialImport(parts.cache) : nil
        var stored: [JSONValue] = []
        var errors: [(line: Int, message: String)] = []
        let embedded = await parts.cache.embedding(entries.map(\.entry))
        for ((line, _), new) in zip(entries, embedded) {
            do throws(StoreError) {
                stored.append(["line": .number(line), "result": try await add(new, addition, trial)])
            } catch {
                errors.append((line, error.description))
            }
        }
        await trial?.close()
        return (stored, errors)
    }

    private func add(
        _ new: NewEntry, _ addition: Addition, _ trial: TrialImport?
    ) async throws(StoreError) -> JSONValue {
        let cache = parts.cache
        let found = trial == nil ? await cache.duplicate(of: new, mayStore: true) : await trial?.duplicate(of: new)
        guard let found else {
            let result =
                trial == nil
                ? await cache.insert([new], policy: addition.policy)[0]
                : await trial!.insert(new, policy: addition.policy)
            return try result.get().json
        }
        if let trial {
            try await trial.merge(new, into: found.entry)
        } else {
            try await cache.merge(new, into: found.entry)
        }
        return [
            "outcome": "merged", "entry": trial == nil ? .number(Int(found.entry.id.rawValue)) : .null,
            "question": .string(found.entry.question), "similarity": .rounded(found.similarity, places: 4),
            "witness": .string(found.witness.rawValue), "same_answer": .bool(found.entry.answer == new.answer),
        ]
    }
}

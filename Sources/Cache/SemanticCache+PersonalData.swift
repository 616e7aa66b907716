package import Questions
package import Store
import Support

/// Questions and answers that tell of a person, where the operator has them looked for.
extension SemanticCache {
    /// A question as the policy has it treated: with something of a person in it, it is found by its wording alone, or
    /// goes past the cache.
    func treated(_ query: consuming Query) -> Query {
        let found = parts.personalData.kinds(in: query.question)
        if found.isEmpty { return query }
        query.personalData = found
        // One that cannot be guessed from the stored text.
        query.key = parts.personalData.key(of: query.question)
        // Its vector would tell of the question, and lead others to it; mini would get to see it.
        query.vector = nil
        query.conversation = nil
        query.directives.isExactOnly = true
        if !parts.personalData.storesRedacted {
            query.directives.mayRead = false
            query.directives.mayStore = false
        }
        return query
    }

    /// An entry as it may be stored.
    ///
    /// An answer is never rewritten: with something of a person in it, it is not stored.
    ///
    /// - Throws: what is in its answer, or in its question where that must not be stored.
    package func admitted(_ new: NewEntry) throws(PersonalDataRefusal) -> NewEntry {
        let policy = parts.personalData
        let inAnswer = policy.kinds(in: new.answer)
        if !inAnswer.isEmpty {
            metrics.countPersonalAnswer()
            throw PersonalDataRefusal(kinds: inAnswer, place: .answer)
        }
        let inQuestion = policy.kinds(in: new.question)
        if inQuestion.isEmpty { return new }
        guard policy.storesRedacted else { throw PersonalDataRefusal(kinds: inQuestion, place: .question) }
        var new = new
        new.key = policy.key(of: new.question)
        new.question = policy.shown(new.question)
        new.vector = nil
        return new
    }
}

extension SemanticCache {
    /// Removes the entries of a filter that have something of a person in their question or answer: what was stored before
    /// it was looked for.
    ///
    /// - Returns: the entries that went.
    package func forgetPersonal(_ filter: EntryFilter) async throws -> [EntryID] {
        let policy = parts.personalData.seeking
        var gone: [EntryID] = []
        var last: EntryID?
        while true {
            try Task.checkCancellation()
            let page = try parts.store.entries(filter, after: last, limit: Limits.planJobEntriesPerPage)
            guard let end = page.last?.id else { return gone }
            let found = page.filter { entry in
                !policy.kinds(in: entry.question).isEmpty || !policy.kinds(in: entry.answer).isEmpty
            }
            gone += try await forget(found.map(\.id))
            last = end
        }
    }
}

/// Why an entry must not be stored.
package struct PersonalDataRefusal: ExplainedError {
    package enum Place: String, Sendable { case question, answer }

    package let kinds: [PersonalData.Kind]
    package let place: Place

    package init(kinds: [PersonalData.Kind], place: Place) {
        self.kinds = kinds
        self.place = place
    }

    package var what: String {
        "the \(place.rawValue) has \(kinds.map(\.name).joined(separator: ", ")) in it, which is not to be stored"
    }
    package var remedy: String? { "what is everybody's is let through by personal_data.allowed" }
}

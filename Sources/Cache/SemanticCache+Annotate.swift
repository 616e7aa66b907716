import Store
import Support

extension SemanticCache {
    /// An entry as it may be stored, with what mini says of it: its tags, and the end of its life if that is sooner; then
    /// with what its tags have shown of how long it holds.
    ///
    /// - Returns: nil for an answer that must not be stored, and where mini does not say: who has answers examined wants
    ///   none unexamined.
    func annotated(_ new: NewEntry, _ receipt: inout Receipt) async -> NewEntry? {
        var new = new
        do throws(PersonalDataRefusal) {
            new = try admitted(new)
        } catch {
            receipt.personalData += error.kinds.filter { !receipt.personalData.contains($0) }
            return nil
        }
        guard let annotator = parts.annotator else { return timed(new, &receipt) }
        let (annotation, cost, failure) = await annotator.annotate(new.question, new.answer)
        receipt.cost = receipt.cost.flatMap { spent in cost.map { spent + $0 } }
        if let failure { parts.log.warning("mini has not examined an answer, it is not stored: \(failure)") }
        guard let annotation, annotation.mayBeStored else { return nil }
        let tags = annotation.tags.filter { !new.tags.contains($0) && parts.personalData.kinds(in: $0).isEmpty }
        new.tags = Array((new.tags + tags).prefix(Limits.tagsPerEntryMax))
        if let seconds = annotation.holds.seconds {
            let end = (new.created ?? parts.clock.now) + seconds
            new.expires = new.expires.map { min($0, end) } ?? end
        }
        return timed(new, &receipt)
    }
}

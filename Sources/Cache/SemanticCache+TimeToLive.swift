package import Store
import Support

/// How long answers are kept, as their tags have shown.
extension SemanticCache {
    /// What holds of the times to live that are learned.
    package struct LearnedTimeToLive: Sendable, Equatable {
        /// What they are bounded by; nil: `timeToLiveSeconds`, or what mini says of the answer.
        package var secondsMax: Int64?

        package init(secondsMax: Int64? = nil) {
            self.secondsMax = secondsMax
        }
    }

    /// An entry with the end that its tags give it.
    func timed(_ new: NewEntry, _ receipt: inout Receipt) -> NewEntry {
        guard let expires = new.expires, let created = new.created else { return new }
        let base = Double(expires.milliseconds - created.milliseconds) / 1_000
        receipt.timeToLive = Receipt.TimeToLive(seconds: base)
        guard let learned = parts.learnedTimeToLive,
            let (seconds, tag) = lives.shortest(new.tags, tenant: new.scope.tenant, base: base)
        else { return new }
        let most = (learned.secondsMax ?? parts.timeToLiveSeconds).map(Double.init) ?? base
        let bounded = min(max(seconds, Double(Limits.learnedTimeToLiveSecondsMin)), most).rounded()
        receipt.timeToLive = Receipt.TimeToLive(seconds: bounded, tag: tag)
        var new = new
        new.expires = created + Int64(bounded)
        return new
    }

    /// Takes in whether an answer still said the same when it was made anew.
    func learnChange(of entry: Entry, tenant: String, isSame: Bool) async {
        guard parts.learnedTimeToLive != nil, !entry.tags.isEmpty else { return }
        let now = parts.clock.now
        let age = Double(max(0, now.milliseconds - entry.created.milliseconds)) / 1_000
        lives.observe(entry.tags, tenant: tenant, isSame: isSame, ageSeconds: age, at: now)
        do {
            try await parts.store.learn(of: entry.tags, tenant: tenant, at: now) { changes in
                var life = TagLife(changes)
                life.observe(isSame: isSame, ageSeconds: age, at: now)
                changes = life.changes
            }
        } catch {
            note(storeError: error)
        }
    }

    func loadTagLives() throws(StoreError) {
        lives.replace(try parts.store.tagChanges())
    }

    /// Forgets what was learned of a tag.
    func forgetTag(_ tag: String, tenant: String?) async throws(StoreError) {
        lives.forget(tag, tenant: tenant)
        try await parts.store.forgetTagChanges(tag, tenant: tenant)
    }

    /// What was learned; nil where nothing is to be.
    package var learnedTimesToLive: LearnedTimesToLive? {
        guard parts.learnedTimeToLive != nil else { return nil }
        let base = parts.timeToLiveSeconds.map(Double.init)
        let all = lives.all
        let tags = all.sorted { ($1.changes.observations, $0.changes.tag) < ($0.changes.observations, $1.changes.tag) }
        return LearnedTimesToLive(
            count: all.count,
            tags: tags.prefix(Limits.learnedTagsShownMax).map { life in
                LearnedTimesToLive.Tag(life.changes, seconds: base.map { life.seconds(base: $0) })
            })
    }
}

/// What is known of how long answers hold.
package struct LearnedTimesToLive: Sendable {
    package struct Tag: Sendable {
        package let changes: TagChanges
        /// What an answer with this tag alone would be kept for, before it is bounded; nil without a configured time to live.
        package let seconds: Double?

        init(_ changes: TagChanges, seconds: Double?) {
            self.changes = changes
            self.seconds = seconds
        }
    }

    package let count: Int
    /// Those renewed most often, first.
    package let tags: [Tag]
}

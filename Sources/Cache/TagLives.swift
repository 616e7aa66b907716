import Store
import Support
import Synchronization

/// What is known of the answers of every tenant's tags.
final class TagLives: Sendable {
    private struct Key: Hashable {
        let tenant: String
        let tag: String
    }

    private let lives = Mutex<[Key: TagLife]>([:])

    /// Takes in what the store knows, in the place of what was known here.
    func replace(_ changes: [TagChanges]) {
        lives.withLock { lives in
            lives = [:]
            for one in changes { lives[Key(tenant: one.tenant, tag: one.tag)] = TagLife(one) }
        }
    }

    /// Takes in what a renewal of an answer with these tags found.
    func observe(_ tags: [String], tenant: String, isSame: Bool, ageSeconds: Double, at now: Timestamp) {
        lives.withLock { lives in
            for tag in tags {
                let key = Key(tenant: tenant, tag: tag)
                if lives[key] == nil, lives.count >= Limits.learnedTagsMax,
                    let oldest = lives.min(by: { $0.value.changes.time < $1.value.changes.time })?.key
                {
                    lives[oldest] = nil
                }
                var life = lives[key] ?? TagLife(TagChanges(tenant: tenant, tag: tag, time: now))
                life.observe(isSame: isSame, ageSeconds: ageSeconds, at: now)
                lives[key] = life
            }
        }
    }

    /// The least of what is known of some tags, in seconds; nil where nothing is.
    func shortest(_ tags: [String], tenant: String, base: Double) -> (seconds: Double, tag: String)? {
        lives.withLock { lives in
            tags.compactMap { tag in
                lives[Key(tenant: tenant, tag: tag)].map { ($0.seconds(base: base), tag) }
            }.min { $0.0 < $1.0 }
        }
    }

    func forget(_ tag: String, tenant: String?) {
        lives.withLock { lives in
            for key in lives.keys where key.tag == tag && (tenant == nil || key.tenant == tenant) { lives[key] = nil }
        }
    }

    var all: [TagLife] { lives.withLock { Array($0.values) } }
}

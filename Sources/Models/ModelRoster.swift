import Support
import Synchronization

/// Remembers which models the upstream does not have, so that a role is not asked in vain with every call.
final class ModelRoster: Sendable {
    private let saidUntil = Mutex<[String: Timestamp]>([:])
    private let goneUntil = Mutex<[String: Timestamp]>([:])

    /// The role's models in their order without those that are gone; all of them when all are.
    func candidates(_ models: [String], now: Timestamp) -> [String] {
        let known = goneUntil.withLock { goneUntil in
            models.filter { model in goneUntil[model].map { $0 <= now } ?? true }
        }
        return known.isEmpty ? models : known
    }

    /// Whether something is to be said of the model: once in the time for which a model that is gone is passed over.
    func isNews(_ model: String, now: Timestamp) -> Bool {
        saidUntil.withLock { saidUntil in
            if let until = saidUntil[model], until > now { return false }
            saidUntil[model] = now + Int64(Limits.modelGoneSecondsMax)
            return true
        }
    }

    /// Notes that the upstream does not have the model.
    ///
    /// - Returns: whether this is news.
    func markGone(_ model: String, now: Timestamp) -> Bool {
        goneUntil.withLock { goneUntil in
            if let until = goneUntil[model], until > now { return false }
            goneUntil[model] = now + Int64(Limits.modelGoneSecondsMax)
            return true
        }
    }
}

import Glibc
import Store
import Support

/// How long the answers with a tag hold.
///
/// Changes are taken to come at a constant rate, a Poisson process, as Cho and Garcia-Molina found of web pages ("Estimating
/// frequency of change", ACM TOIT 3(3), 2003). The rate is occurrences ÷ exposure: an answer found unchanged was exposed for
/// its whole age, one found changed for half of it on the mean, since the change lies somewhere in between (the life table's
/// rule). A prior of one change in as long as makes the configured time to live come out stands for what is not known yet.
/// An answer is then kept until it has changed with a probability of a tenth.
struct TagLife: Sendable, Equatable {
    private(set) var changes: TagChanges

    /// The share of answers that have changed when they expire.
    private static let changedShare = 0.1
    /// Renewals after which one has faded to 1 ÷ e.
    private static let memory = 50.0

    init(_ changes: TagChanges) {
        self.changes = changes
    }

    /// Takes in what a renewal found.
    mutating func observe(isSame: Bool, ageSeconds: Double, at now: Timestamp) {
        let fading = 1 - 1 / TagLife.memory
        changes.changes = changes.changes * fading + (isSame ? 0 : 1)
        changes.exposureSeconds = changes.exposureSeconds * fading + ageSeconds * (isSame ? 1 : 0.5)
        changes.observations += 1
        changes.time = now
    }

    /// How long an answer is to be kept that would be kept so long if nothing were known.
    func seconds(base: Double) -> Double {
        let quantile = -log(1 - TagLife.changedShare)
        return (base + quantile * changes.exposureSeconds) / (1 + changes.changes)
    }
}

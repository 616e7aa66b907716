import Store
import Testing

@testable import Experiments

@Suite struct AssignmentTests {
    private static func experiment(holdout: Double = 0.1, _ weights: [(String, Double)]) -> Experiment {
        Experiment(
            "answers", holdout: holdout, variants: weights.map { Experiment.Variant($0.0, weight: $0.1) })
    }

    private static let usual = experiment([("a", 1), ("b", 2), ("c", 0.5)])
    private static let subjects = (0..<20_000).map { "default\0session-\($0)" }

    private static func counts(_ experiment: Experiment) -> [String: Int] {
        subjects.reduce(into: [:]) { $0[experiment.arm(of: $1), default: 0] += 1 }
    }

    /// Another program's arithmetic says the same: an assignment follows from names alone.
    @Test(arguments: Reference.arms.indices) func armsAreAnothersToo(index: Int) {
        #expect(Self.usual.arm(of: Reference.arms[index].subject) == Reference.arms[index].arm)
    }

    @Test func sharesAreTheWeights() {
        let counts = Self.counts(Self.usual)
        for arm in Self.usual.arms {
            let expected = Self.usual.share(of: arm) * 20_000
            // Five standard deviations of a binomial.
            #expect(abs(Double(counts[arm] ?? 0) - expected) < 5 * expected.squareRoot(), "\(arm): \(counts)")
        }
        #expect(abs(Self.usual.arms.reduce(0) { $0 + Self.usual.share(of: $1) } - 1) < 1e-12)
    }

    @Test func aChangedWeightMovesOnlyWhoHasTo() {
        let before = Self.usual
        let heavier = Self.experiment([("a", 1), ("b", 4), ("c", 0.5)])
        let more = Self.experiment([("a", 1), ("b", 2), ("c", 0.5), ("d", 1)])
        for subject in Self.subjects.prefix(5_000) {
            let (old, new) = (before.arm(of: subject), heavier.arm(of: subject))
            #expect(old == new || new == "b", "\(old) became \(new)")
            let third = more.arm(of: subject)
            #expect(old == third || third == "d")
            #expect((old == Experiment.holdoutName) == (third == Experiment.holdoutName))
        }
    }

    @Test func takesPartByLabelOrTenant() {
        var experiment = Self.usual
        let session = [Label("session", "7"), Label("ticket", "1")]
        let arm = experiment.arm(tenant: "t", scope: "", labels: session)
        #expect(arm == experiment.arm(of: "t\07"))
        #expect(experiment.arm(tenant: "t", scope: "", labels: [Label("ticket", "1")]) == nil)
        experiment.scopes = ["faq"]
        #expect(experiment.arm(tenant: "t", scope: "", labels: session) == nil)
        #expect(experiment.arm(tenant: "t", scope: "faq", labels: session) == arm)
        experiment.sticky = .tenant
        #expect(experiment.arm(tenant: "t", scope: "faq", labels: []) == experiment.arm(of: "t"))
    }

    /// Two tenants' sessions of one number are two subjects.
    @Test func tenantsDoNotShareSessions() {
        let arms = (0..<200).map { tenant in
            Self.usual.arm(tenant: "tenant-\(tenant)", scope: "", labels: [Label("session", "1")])
        }
        #expect(Set(arms.compactMap(\.self)).count == 4)
    }
}

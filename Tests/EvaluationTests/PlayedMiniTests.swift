import Cache
import JSON
import Models
import Support
import Testing

@testable import Evaluation

@Suite struct PlayedMiniTests {
    /// Texts 2k and 2k + 1 ask the same.
    private static let labelled = RequestStreamTests.labelled(2_000)

    private func mini(_ errorRate: Double, seed: UInt64 = 1) -> PlayedMini {
        PlayedMini(Self.labelled, errorRate: errorRate, seed: seed)
    }

    @Test func withoutErrorsItSaysWhatTheLabelsSay() {
        let mini = mini(0)
        #expect(mini.verdict(0, [1]) == 0 && mini.verdict(0, [8, 5, 1, 3]) == 2)
        #expect(mini.verdict(0, [2, 3]) == nil && mini.verdict(0, []) == nil)
    }

    @Test func alwaysWrongItDeniesTheSameAndAcceptsTheNearest() {
        let mini = mini(1)
        #expect(mini.verdict(0, [8, 5, 1]) == nil)
        #expect(mini.verdict(0, [8, 5]) == 0)
    }

    @Test func itIsWrongAtTheRateSetAndAlwaysAboutTheSamePairs() {
        let (mini, again, other) = (mini(0.1), mini(0.1), mini(0.1, seed: 2))
        var (denied, accepted, differing) = (0, 0, 0)
        for question in 0..<2_000 {
            let same = question ^ 1
            let different = (question + 2) % 2_000
            if mini.verdict(question, [same]) == nil { denied += 1 }
            if mini.verdict(question, [different]) == 0 { accepted += 1 }
            #expect(mini.verdict(question, [different]) == again.verdict(question, [different]))
            if mini.verdict(question, [different]) != other.verdict(question, [different]) { differing += 1 }
        }
        // 200 expected, with a standard deviation of 13.
        #expect(abs(denied - 200) < 65 && abs(accepted - 200) < 65 && differing > 0)
    }

    @Test func theConfirmerUnderstandsItsReply() async {
        let models = PlayedModels(configuration: ModelsConfiguration(), mini: mini(0))
        let confirmer = Confirmer { body throws(ModelError) in models.confirm(body) }
        let (same, cost, failure) = await confirmer.confirm("t0", ["t5", "t1"])
        #expect(same == Verdict(sameAs: 1, reason: .same) && failure == nil)
        #expect((cost?.nanodollars ?? 0) > 0)
        let (different, _, _) = await confirmer.confirm("t0", ["t5"])
        #expect(different == Verdict(sameAs: nil, reason: .different))
    }
}

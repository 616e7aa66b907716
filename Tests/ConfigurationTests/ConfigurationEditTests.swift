import Testing

@testable import Configuration

@Suite struct ConfigurationEditTests {
    private static let file = """
        // Ours.
        {
            // The model of all.
            miss_plan: "route", // as agreed
            experiments: {
                // Is it good enough?
                answers: {variants: {plain: {miss_plan: null}, "sure": {confidence_min: 0.7, miss_plan: 'confidence'}}},
                other: {holdout: 0.5, variants: {strict: {error_target: 0.002}}}, // on top
            },
            floor: 0.6,
        }

        """

    private static func edited(_ text: String, _ experiment: String, keep: String?) throws -> ConfigurationEdit {
        let settings = try resolve(file: .init(path: "f", text: text)).settings
        let variant = settings.experiments.first { $0.name == experiment }?.variants.first { $0.name == keep }
        return try #require(ConfigurationEdit(ending: experiment, keeping: variant, in: text))
    }

    @Test func changesWhatItHasToAndNothingElse() throws {
        let edit = try Self.edited(Self.file, "answers", keep: "sure")
        #expect(
            edit.text == """
                // Ours.
                {
                    // The model of all.
                    miss_plan: "confidence", // as agreed
                    experiments: {
                        // Is it good enough?
                        other: {holdout: 0.5, variants: {strict: {error_target: 0.002}}}, // on top
                    },
                    confidence_min: 0.7,
                    floor: 0.6,
                }

                """)
        #expect(
            edit.changes == [
                "confidence_min: 0.7, was not set", "miss_plan: \"confidence\", was \"route\"",
                "experiments.answers: removed",
            ])
    }

    @Test func theLastExperimentTakesItsMemberWithIt() throws {
        let first = try Self.edited(Self.file, "other", keep: "strict")
        #expect(first.text.contains("error_target: 0.002,\n    floor"))
        let second = try Self.edited(first.text, "answers", keep: "plain")
        #expect(!second.text.contains("experiments"))
        let settings = try resolve(file: .init(path: "f", text: second.text)).settings
        #expect(settings.missPlan == nil && settings.deciding.errorTarget == 0.002 && settings.experiments == [])
    }

    @Test(arguments: [
        "{experiments: {answers: {holdout: 0.5, variants: {a: {confidence_min: 0.7}}}}}",
        "{experiments: {answers: {holdout: 0.5, variants: {a: {confidence_min: 0.7}}}}, /* , } */}",
        "{floor: 0.5, experiments: {answers: {holdout: 0.5, variants: {a: {confidence_min: 0.7}}},\n}\n}",
        "{experiments: {answers: {holdout: 0.5, variants: {a: {confidence_min: 0.7}}} /* , */ , // x,\n b: {holdout: 0.1, variants: {c: {}}}}}",
        "{'experiments':{'answers':{holdout:.5,variants:{a:{confidence_min:.7}}},'ö':1}}".replacing(
            "'ö':1", with: "b:{holdout:.1,variants:{c:{}}}"),
    ]) func staysReadable(text: String) throws {
        let before = try resolve(file: .init(path: "f", text: text)).settings
        for keep in ["a", nil] {
            let edit = try Self.edited(text, "answers", keep: keep)
            let after = try resolve(file: .init(path: "f", text: edit.text)).settings
            #expect(after.confidenceMin == (keep == nil ? nil : 0.7), "\(edit.text)")
            #expect(after.experiments == before.experiments.filter { $0.name != "answers" }, "\(edit.text)")
            #expect(after.deciding == before.deciding)
        }
    }
}

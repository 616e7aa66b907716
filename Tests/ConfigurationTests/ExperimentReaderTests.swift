import Testing

@testable import Configuration

@Suite struct ExperimentReaderTests {
    private func problems(_ text: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try resolve(file: .init(path: "f", text: text))
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    private static let two = "variants: {a: {}, b: {}}"

    @Test(arguments: [
        ("{e: {}}", "e.variants: must be two at least, or one and a holdout"),
        ("{e: {variants: {a: {}}}}", "e.variants: must be two at least, or one and a holdout"),
        ("{e: []}", "e: must be an object with variants, not an array"),
        ("{'e f': {\(two)}}", "e f: must be named with 1 to 64 letters, digits and _-."),
        ("{e: {stick: 'tenant', \(two)}}", "e.stick: unknown; did you mean sticky?"),
        ("{e: {sticky: 'user', \(two)}}", "e.sticky: must be tenant, session, or label:KEY, not \"user\""),
        ("{e: {sticky: 'label:', \(two)}}", "e.sticky: must be tenant, session, or label:KEY, not \"label:\""),
        ("{e: {holdout: 1, \(two)}}", "e.holdout: must be a share from 0 to below 1, not 1"),
        ("{e: {quality: 'good', \(two)}}", "e.quality: must be one of verdict, succeeded, score, not \"good\""),
        ("{e: {\(two), \(two)}}", "e.variants: stands twice"),
        ("{e: {variants: {a: {}, a: {}, b: {}}}}", "e.variants.a: stands twice"),
        (
            "{e: {variants: {a: {}, b: {}, holdout: {}}}}",
            "e.variants.holdout: is the name of the part with the settings as they are"
        ),
        ("{e: {variants: {a: {weight: 0}, b: {}}}}", "e.variants.a.weight: must be a number above 0, not 0"),
        (
            "{e: {variants: {a: {floor: 0.5}, b: {}}}}",
            "e.variants.a.floor: is no setting that a variant can change; try one of serve_from_cache, miss_plan, confidence_min, summary_tokens_max, error_target, shadow"
        ),
        (
            "{e: {variants: {a: {mis_plan: 'x'}, b: {}}}}",
            "e.variants.a.mis_plan: is no setting that a variant can change; try miss_plan"
        ),
        (
            "{e: {variants: {a: {confidence_min: 2}, b: {}}}}",
            "e.variants.a.confidence_min: must be a number from 0 to 1, not 2"
        ),
    ]) func saysWhatIsWrong(text: String, problem: String) {
        #expect(problems("{experiments: \(text)}") == ["f:1: experiments." + problem])
    }

    @Test func anExperimentBreaksNoPromise() {
        let looser = "experiments: {e: {variants: {a: {error_target: 0.02}, b: {}}}}"
        #expect(problems("{\(looser)}").first?.contains("e.a: error_target is above the service's own, 0.01") == true)
        #expect(problems("{error_target: 0.05, \(looser)}") == [])
        #expect(
            problems("{ledger: {enabled: false}, \(looser), error_target: 0.05}").first?.contains("needs the ledger")
                == true)
    }

    @Test func aVariantChangesItsSettingsAlone() throws {
        let text =
            "{miss_plan: 'route', experiments: {e: {sticky: 'tenant', holdout: 0.1, scopes: ['faq'], quality: 'score', quality_floor: 0.7, variants: {full: {weight: 3, serve_from_cache: false, miss_plan: null}}}}}"
        let settings = try resolve(file: .init(path: "f", text: text)).settings
        let experiment = try #require(settings.experiments.first)
        #expect(experiment.sticky == .tenant && experiment.quality == .score && experiment.scopes == ["faq"])
        let varied = settings.with(experiment.variants[0])
        #expect(!varied.servesFromCache && varied.missPlan == nil && settings.missPlan == "route")
        #expect(varied.deciding == settings.deciding)
    }
}

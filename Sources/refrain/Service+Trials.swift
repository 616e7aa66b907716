import API
import Configuration
import Experiments
import Plans
import Support

extension Service {
    /// How questions are treated by these settings and by their experiments' variants.
    static func trials(_ settings: Settings, _ plans: PlanLibrary, _ log: Log) throws(CommandError) -> Trials {
        var trials = Trials(usual: try treatment(settings, plans, errorTarget: nil))
        for configured in settings.experiments {
            let experiment = experiment(configured)
            trials.experiments.append(experiment)
            for variant in configured.variants {
                let varied = settings.with(variant)
                let treatment = try treatment(varied, plans, errorTarget: varied.deciding.errorTarget)
                trials.treatments[experiment.id(of: variant.name)] = treatment
                if variant.texts.contains(where: { $0.key == "confidence_min" }), let plan = treatment.missPlan,
                    !plan.asksForConfidence
                {
                    log.warning(
                        "experiment \(configured.name): confidence_min of \(variant.name) changes nothing in plan "
                            + "\(plan.name), which asks for no confidence")
                }
            }
        }
        return trials
    }

    private static func treatment(
        _ settings: Settings, _ plans: PlanLibrary, errorTarget: Double?
    ) throws(CommandError) -> Treatment {
        Treatment(
            servesFromCache: settings.servesFromCache, isShadow: settings.isShadow, errorTarget: errorTarget,
            missPlan: try missPlan(settings, plans), confidenceMin: settings.confidenceMin,
            summaryTokensMax: settings.summaryTokensMax)
    }

    private static func experiment(_ configured: Settings.Experiment) -> Experiment {
        let sticky: Experiment.Sticky =
            switch configured.sticky {
            case .tenant: .tenant
            case .label(let key): .label(key)
            }
        return Experiment(
            configured.name, sticky: sticky, holdout: configured.holdout, scopes: Set(configured.scopes),
            quality: Experiment.Quality(rawValue: configured.quality.rawValue)!,
            qualityFloor: configured.qualityFloor,
            variants: configured.variants.map { variant in
                Experiment.Variant(
                    variant.name, weight: variant.weight,
                    settings: variant.texts.map { Experiment.Variant.Setting($0.key, $0.text) })
            })
    }

    private static func missPlan(_ settings: Settings, _ plans: PlanLibrary) throws(CommandError) -> Plan? {
        guard let name = settings.missPlan else { return nil }
        guard let plan = plans[name] else {
            let hint = closest(to: name, among: plans.names).map { "did you mean \"\($0)\"?" }
            throw CommandError(
                "there is no plan \"\(name)\" to answer misses", remedy: hint ?? "`refrain plan list` shows them")
        }
        if let reason = plan.reasonNotToAnswer {
            throw CommandError("the plan \"\(name)\" cannot answer misses", why: reason)
        }
        return plan
    }
}

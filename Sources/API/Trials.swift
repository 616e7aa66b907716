import Cache
package import Experiments
import Ledger
package import Plans
import Store

/// How a question is treated: as configured, or as the variant of an experiment has it.
package struct Treatment: Sendable {
    /// Whether it may be answered from the cache, and its answer kept there.
    package var servesFromCache: Bool
    /// Whether it is only decided what would be served.
    package var isShadow: Bool
    /// Wrong answers a request; nil: as configured.
    package var errorTarget: Double?
    /// What answers a question of the server's choice that the cache cannot; nil: a plain call of *full*.
    package var missPlan: Plan?
    /// From which confidence on mini's own answer counts in a plan; nil: the plan's own bound.
    package var confidenceMin: Double?
    /// What a plan may have written of each part of a long text; nil: the plan's own bound.
    package var summaryTokensMax: Int?

    package init(
        servesFromCache: Bool = true, isShadow: Bool = false, errorTarget: Double? = nil, missPlan: Plan? = nil,
        confidenceMin: Double? = nil, summaryTokensMax: Int? = nil
    ) {
        self.servesFromCache = servesFromCache
        self.isShadow = isShadow
        self.errorTarget = errorTarget
        self.missPlan = missPlan
        self.confidenceMin = confidenceMin
        self.summaryTokensMax = summaryTokensMax
    }

    /// A plan as it is run under the treatment.
    func adjusted(_ plan: Plan) -> Plan {
        plan.adjusted(confidenceMin: confidenceMin, summaryTokensMax: summaryTokensMax)
    }
}

/// What is tried on the traffic: experiments, and how their variants treat a question.
package struct Trials: Sendable {
    /// Of requests in no experiment, and of holdouts.
    package var usual: Treatment
    package var experiments: [Experiment]
    /// By variant, as the ledger names it.
    package var treatments: [String: Treatment]

    package init(
        usual: Treatment = Treatment(), experiments: [Experiment] = [], treatments: [String: Treatment] = [:]
    ) {
        self.usual = usual
        self.experiments = experiments
        self.treatments = treatments
    }

    /// The variant of a request, as the ledger names it; nil: it is in no experiment.
    func variant(tenant: String, scope: String, labels: [Label]) -> String? {
        for experiment in experiments {
            if let arm = experiment.arm(tenant: tenant, scope: scope, labels: labels) { return experiment.id(of: arm) }
        }
        return nil
    }

    /// Puts the request of this task into the experiment that it belongs to.
    ///
    /// What an experiment counts goes through the ledger: a request without an account is in none.
    func enter(_ account: RequestAccount? = .current) {
        guard !experiments.isEmpty, let account else { return }
        let origin = account.origin
        let variant = variant(tenant: origin.tenant, scope: origin.scope, labels: origin.labels)
        account.change { $0.dimensions.variant = variant ?? "" }
    }

    /// How the request of this task is treated.
    func treatment(_ account: RequestAccount? = .current) -> Treatment {
        guard !experiments.isEmpty, let account else { return usual }
        return treatments[account.origin.variant] ?? usual
    }
}

extension API.Parts {
    /// The query as it is to be answered: under the treatment that its request has, and as carefully as audits ask for.
    func treated(_ query: consuming Query, _ account: RequestAccount? = .current) -> Query {
        trials.enter(account)
        let treatment = trials.treatment(account)
        if !treatment.servesFromCache {
            query.directives.mayRead = false
            query.directives.mayStore = false
        }
        query.directives.isShadow = treatment.isShadow
        let inForce = auditor.map(\.errorTargetInForce).flatMap { $0 < cache.parts.judge.errorTarget ? $0 : nil }
        let targets = [query.directives.errorTarget, treatment.errorTarget, inForce].compactMap(\.self)
        query.directives.errorTarget = targets.min()
        return query
    }
}

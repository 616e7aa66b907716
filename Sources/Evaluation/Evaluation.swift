package import Cache
package import JSON
package import Models

/// One stream of labelled questions, replayed through the cache and through the rules of others.
package struct Evaluation: Sendable {
    /// How the stream is made and the models are played.
    package struct Plan: Sendable {
        /// Distinct texts used; nil takes all.
        package var limit: Int?
        package var seed: UInt64
        /// Of Zipf's law; nil asks each text once.
        package var zipfExponent: Double?
        /// Requests drawn by Zipf's law; nil draws as many as there are texts.
        package var requests: Int?
        /// The share of calls in which mini is wrong, either way.
        package var miniErrorRate: Double

        package init(
            limit: Int? = nil, seed: UInt64 = 1, zipfExponent: Double? = nil, requests: Int? = nil,
            miniErrorRate: Double = 0
        ) {
            self.limit = limit
            self.seed = seed
            self.zipfExponent = zipfExponent
            self.requests = requests
            self.miniErrorRate = miniErrorRate
        }
    }

    /// The names of all policies, in the order of the report.
    package static let policies: [String] =
        [cacheWithMini, cacheWithoutMini] + baselines(seed: 0).map(\.name)

    private static let cacheWithMini = "refrain"
    private static let cacheWithoutMini = "refrain-no-mini"

    private static func baselines(seed: UInt64) -> [any BaselinePolicy] {
        [0.80, 0.85, 0.90, 0.95, 0.97, 0.99].map { StaticThreshold(threshold: $0) }
            + [0.01, 0.02, 0.05].map { VerifiedBoundary(errorMax: $0, seed: seed) }
    }

    package let labelled: LabelledTexts
    /// The text of each request.
    package let stream: [Int]
    private let plan: Plan

    package init(_ labelled: LabelledTexts, _ plan: Plan) {
        self.labelled = labelled
        self.plan = plan
        let texts = RequestStream.shuffled(labelled, limit: plan.limit, seed: plan.seed)
        stream =
            plan.zipfExponent.map { exponent in
                RequestStream.zipf(
                    labelled, texts: texts, exponent: exponent, requests: plan.requests ?? texts.count, seed: plan.seed)
            } ?? texts
    }

    /// The texts that the stream asks for, each once.
    package var texts: [String] {
        var seen: Set<Int> = []
        return stream.filter { seen.insert($0).inserted }.map { labelled.texts[$0] }
    }

    /// Replays the stream through each of the policies named.
    ///
    /// - Parameters:
    ///   - embedder: prepared with `texts`.
    ///   - features: takes what the judge weighed, of each replay of the cache.
    ///   - tuning: takes what `refrain tune` would make of the replay with mini, of whose hits on likeness `auditShare` are
    ///     audited by the labels.
    ///   - progress: told which replay has done how many of its requests.
    /// - Returns: a result a policy, in the order of `Evaluation.policies`.
    package func run(
        _ policies: Set<String>, _ embedder: PreparedEmbedder, models configuration: ModelsConfiguration, judge: Judge,
        features: FeatureFile? = nil, tuning: ((JSONValue) -> Void)? = nil, auditShare: Double = 0,
        progress: (_ replay: String, _ done: Int) -> Void
    ) async throws -> [PolicyResult] {
        let models = PlayedModels(
            configuration: configuration, mini: PlayedMini(labelled, errorRate: plan.miniErrorRate, seed: plan.seed))
        var replay = CacheReplay(
            labelled: labelled, stream: stream, embedder: embedder, models: models, judge: judge, seed: plan.seed,
            features: features)
        replay.auditShare = auditShare
        var results: [PolicyResult] = []
        for (name, hasMini) in [(Evaluation.cacheWithMini, true), (Evaluation.cacheWithoutMini, false)]
        where policies.contains(name) {
            replay.tuning = hasMini ? tuning : nil
            results.append(try await replay.run(name, hasMini: hasMini) { progress(name, $0) })
        }
        let baselines = Evaluation.baselines(seed: plan.seed).filter { policies.contains($0.name) }
        guard !baselines.isEmpty else { return results }
        return results
            + BaselineReplay(labelled, stream: stream, embedder, models).run(baselines) { progress("baselines", $0) }
    }
}

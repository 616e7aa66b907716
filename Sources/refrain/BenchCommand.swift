import Cache
import Configuration
import Embedding
import Evaluation
import FoundationEssentials
import HTTPClient
import JSON
import Support
import Terminal

/// `refrain bench`: replays labelled questions through the cache and through fixed rules, and says how each fared.
///
/// Nothing is sent anywhere: the models are played, the labels are mini, and the store is a temporary one.
enum BenchCommand: Command {
    static let specification = CommandSpecification(
        "bench", "replay labelled questions and compare the cache with fixed rules",
        arguments: [
            ArgumentSpecification(
                ValueSpecification("DATA", .file),
                "JSON lines or CSV, .gz too, of a, b and same (true or false), or of text and class", .oneOrMore)
        ],
        options: [
            OptionSpecification("limit", value: ValueSpecification("N"), defaultText: "all", "use N texts, at random"),
            OptionSpecification(
                "seed", value: ValueSpecification("S"), defaultText: "1", "the seed of everything random"),
            OptionSpecification(
                "zipf", value: ValueSpecification("X"),
                "draw classes by Zipf's law with this exponent, instead of asking each text once"),
            OptionSpecification(
                "requests", value: ValueSpecification("N"), defaultText: "one a text", "with --zipf: how many to draw"),
            OptionSpecification(
                "mini-error", value: ValueSpecification("P"), defaultText: "0.03",
                "the share of its calls in which the played mini is wrong"),
            OptionSpecification(
                "policy", value: ValueSpecification("NAME", choices: Evaluation.policies), defaultText: "all",
                isRepeatable: true, "replay this policy only"),
            OptionSpecification(
                "features", value: ValueSpecification("FILE", .file),
                "write what the judge weighed of each candidate, to fit its prior to"),
            OptionSpecification(
                "stream", value: ValueSpecification("FILE", .file),
                "write the text of each request, a JSON line each, so that others can be asked the same"),
            OptionSpecification(
                "tuning", "say what `refrain tune` would make of the replay with mini, audited by --audit-share"),
            OptionSpecification(
                "plot", value: ValueSpecification("FILE", .file), "draw hit rate against error, as SVG"),
        ],
        example: "refrain bench pairs.jsonl.gz --limit 20000 --plot bench.svg")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let plan = try plan(context.arguments)
        let settings = try context.configuration().settings
        let http = HTTPClient()
        do {
            let code = try await run(context, plan, settings: settings, http)
            await http.close()
            return code
        } catch {
            await http.close()
            throw error
        }
    }

    private static func plan(_ arguments: ParsedArguments) throws(UsageError) -> Evaluation.Plan {
        let plan = Evaluation.Plan(
            limit: try arguments.integer("limit", in: 1...Int.max),
            seed: UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1),
            zipfExponent: try arguments.number("zipf", in: 0...10),
            requests: try arguments.integer("requests", in: 1...Limits.benchRequestsMax),
            miniErrorRate: try arguments.number("mini-error", in: 0...1) ?? 0.03)
        guard plan.requests == nil || plan.zipfExponent != nil else {
            throw UsageError("--requests goes with --zipf", remedy: "use --limit to ask fewer texts once each")
        }
        return plan
    }

    private static func run(
        _ context: CommandContext, _ plan: Evaluation.Plan, settings: Settings, _ http: HTTPClient
    ) async throws -> ExitCode {
        var reader = LabelReader()
        for path in context.arguments.arguments { try reader.read(path) }
        for row in reader.badRows { context.console.show("\(row.path):\(row.line): \(row.reason)") }
        let evaluation = Evaluation(try reader.finish(), plan)
        if let path = context.arguments.value("stream") {
            let lines = evaluation.stream.map { JSONValue.string(evaluation.labelled.texts[$0]).text + "\n" }
            try write(lines.joined(), to: path)
        }
        var tuning: JSONValue?
        let results = try await results(context, evaluation, settings, http) { tuning = $0 }
        let headline = headline(evaluation, plan, results)
        context.console.show(headline)
        if let path = context.arguments.value("plot") {
            try write(HitRatePlot(results).svg(title: headline), to: path)
        }
        try show(results, context)
        if let tuning {
            if context.wantsJSON { try context.print(tuning) } else { try TuningText(tuning).write(context.console) }
        }
        return reader.badRows.isEmpty ? .success : .no
    }

    private static func results(
        _ context: CommandContext, _ evaluation: Evaluation, _ settings: Settings, _ http: HTTPClient,
        _ tuning: @escaping (JSONValue) -> Void
    ) async throws -> [PolicyResult] {
        let embedder = try Service.embedder(settings, .command, http, .none)
        let file = try VectorFile(
            directory: try vectorDirectory(context.environment), embedder: embedder.identity.name,
            dimension: embedder.identity.dimension)
        let texts = evaluation.texts
        var embedding = bar("Embedding", texts.count, context)
        let prepared = try await PreparedEmbedder.prepare(texts, embedder, file) { embedding.update(to: $0) }
        embedding.clear()

        let chosen = context.arguments.values("policy")
        var replaying = bar("Replaying", nil, context)
        var (replay, before, done) = ("", 0, 0)
        let features = try context.arguments.value("features").map { path throws(FileProblem) in try FeatureFile(path) }
        let results = try await evaluation.run(
            chosen.isEmpty ? Set(Evaluation.policies) : Set(chosen), prepared, models: Service.models(settings),
            judge: Service.judge(settings), features: features,
            tuning: context.arguments.has("tuning") ? tuning : nil, auditShare: settings.deciding.auditShare
        ) { name, requests in
            if name != replay { (replay, before) = (name, before + done) }
            done = requests
            replaying.update(to: before + done)
        }
        replaying.clear()
        try features?.flush()
        return results
    }

    private static func bar(_ label: String, _ total: Int?, _ context: CommandContext) -> ProgressBar {
        ProgressBar(
            label, total: total, unit: .items, presentation: context.console.messages,
            write: context.console.showRaw)
    }

    /// Beside the models, for a vector too can be made anew.
    private static func vectorDirectory(_ environment: [String: String]) throws(CommandError) -> String {
        // The XDG base directory specification has a relative path ignored.
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return cache + "/refrain/vectors" }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw CommandError(
                "there is no place to keep vectors", why: "neither HOME nor XDG_CACHE_HOME is set",
                remedy: "set XDG_CACHE_HOME to a directory")
        }
        return home + "/.cache/refrain/vectors"
    }

    private static func headline(
        _ evaluation: Evaluation, _ plan: Evaluation.Plan, _ results: [PolicyResult]
    ) -> String {
        let order = plan.zipfExponent.map { "by Zipf's law (\(Format.number($0)))" } ?? "shuffled"
        let possible = results.first.map { ", \(Format.count($0.possible)) possible hits" } ?? ""
        return "\(Format.count(evaluation.stream.count)) requests, \(order)\(possible); seed \(plan.seed), "
            + "mini wrong \(Format.percent(plan.miniErrorRate))"
    }

    private static func write(_ text: String, to path: String) throws(CommandError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandError("cannot write \(path)", why: "\(error)")
        }
    }

    private static func show(_ results: [PolicyResult], _ context: CommandContext) throws {
        if context.wantsJSON {
            for result in results { try context.print(result.json) }
            return
        }
        var table = Table(
            [Table.Column("policy")]
                + [
                    "hits", "right", "wrong", "unknown", "found", "wrong/req", "unknown/req", "wrong/hit", "mini/req",
                    "saving", "p50", "p99",
                ].map { Table.Column($0, .right) })
        for result in results {
            let shares = [
                result.found, result.wrongPerRequest, result.unknownPerRequest, result.wrongPerHit,
            ].map { $0.map(Format.percent) ?? "–" }
            table.append(
                [result.policy]
                    + [result.hits, result.right, result.wrong, result.unknown].map(Format.count) + shares
                    + [
                        result.confirmationsPerRequest.map { Format.fixed($0, decimals: 3) } ?? "–",
                        result.netSaving.map(saving) ?? "–",
                        Format.duration(milliseconds: result.p50Milliseconds),
                        Format.duration(milliseconds: result.p99Milliseconds),
                    ])
        }
        try context.console.write(table.text(context.console.output))
    }

    /// A share that may be a loss.
    private static func saving(_ share: Double) -> String {
        share < 0 ? "-" + Format.percent(-share) : Format.percent(share)
    }
}

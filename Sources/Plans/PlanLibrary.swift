import FoundationEssentials
import Support

/// The plans that there are: the built-in ones, and those of a directory, which win over a built-in one of their name.
package struct PlanLibrary: Sendable {
    /// By name.
    private let plans: [String: Plan]

    /// - Parameter directory: of `.json5` files; one that is not there holds none.
    /// - Throws: all that is wrong with any of them.
    package init(directory: String? = nil) throws(PlanError) {
        var plans: [String: Plan] = [:]
        for (name, text) in PlanLibrary.builtIn {
            plans[name] = try Plan.parse(text, name: name, file: name + ".json5")
        }
        var problems: [PlanProblem] = []
        for path in directory.map(PlanLibrary.files) ?? [] {
            do throws(PlanError) {
                let plan = try Plan.load(path)
                plans[plan.name] = plan
            } catch {
                problems += error.problems
            }
        }
        guard problems.isEmpty else { throw PlanError(problems: problems) }
        self.plans = plans
    }

    package var names: [String] { plans.keys.sorted() }

    package subscript(name: String) -> Plan? { plans[name] }

    private static func files(in directory: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasSuffix(".json5") }.sorted().map { directory + "/" + $0 }
    }

    /// The built-in plans' texts, each a file that can be copied and changed, by name.
    package static let builtIn: [String: String] = [
        "direct": PackageResources.direct_json5, "route": PackageResources.route_json5,
        "confidence": PackageResources.confidence_json5,
        "confidence-words": PackageResources.confidence_words_json5,
        "draft-refine": PackageResources.draft_refine_json5,
        "compress": PackageResources.compress_json5, "support": PackageResources.support_json5,
        "content": PackageResources.content_json5, "analysis": PackageResources.analysis_json5,
        "annotate": PackageResources.annotate_json5, "check-pii": PackageResources.check_pii_json5,
        "check-quality": PackageResources.check_quality_json5, "classify-log": PackageResources.classify_log_json5,
        "alert": PackageResources.alert_json5, "cluster-feedback": PackageResources.cluster_feedback_json5,
        "examples": PackageResources.examples_json5, "subject": PackageResources.subject_json5,
    ].mapValues { String(decoding: $0, as: UTF8.self) }
}

import JSON5
import Support

/// Reads experiments, and gathers all that is wrong with them.
struct ExperimentReader {
    let home: String?

    private static let names = ["sticky", "holdout", "scopes", "quality", "quality_floor", "variants"]

    func experiments(_ members: [JSON5Member]) throws(Mismatches) -> [Settings.Experiment] {
        var problems = Problems()
        var experiments: [Settings.Experiment] = []
        for member in problems.distinct(members, in: "") {
            guard problems.checkName(member, in: "") else { continue }
            if let experiment = experiment(member, &problems) { experiments.append(experiment) }
        }
        guard problems.list.isEmpty else { throw Mismatches(problems.list) }
        return experiments
    }

    /// What was found to be wrong so far.
    private struct Problems {
        var list: [Mismatch] = []

        mutating func report(_ line: Int, _ path: String, _ reason: String) {
            list.append(Mismatch(line: line, path: path, reason: reason))
        }

        /// Each name once; `path` ends in a dot, or is empty.
        mutating func distinct(_ members: [JSON5Member], in path: String) -> [JSON5Member] {
            var seen: Set<String> = []
            return members.filter { member in
                if seen.insert(member.name).inserted { return true }
                report(member.line, path + member.name, "stands twice")
                return false
            }
        }

        /// Names stand in reports and on command lines.
        mutating func checkName(_ member: JSON5Member, in path: String) -> Bool {
            let name = member.name.utf8
            let isPlain = name.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
            if isPlain, (1...Limits.experimentNameBytesMax).contains(name.count) { return true }
            report(
                member.line, path + member.name,
                "must be named with 1 to \(Limits.experimentNameBytesMax) letters, digits and _-.")
            return false
        }
    }

    private func experiment(_ member: JSON5Member, _ problems: inout Problems) -> Settings.Experiment? {
        let path = member.name + "."
        guard case .object(let parts) = member.node.value else {
            problems.report(member.line, member.name, "must be an object with variants, not \(member.node.shown)")
            return nil
        }
        var experiment = Settings.Experiment(name: member.name)
        for part in problems.distinct(parts, in: path) {
            let place = path + part.name
            switch (part.name, part.node.value) {
            case _ where !Self.names.contains(part.name):
                let near = closest(to: part.name, among: Self.names).map { "; did you mean \($0)?" } ?? ""
                problems.report(part.line, place, "unknown\(near)")
            case ("sticky", .string(let text)) where Self.sticky(text) != nil: experiment.sticky = Self.sticky(text)!
            case ("holdout", .number(let share, _)) where (0..<1).contains(share): experiment.holdout = share
            case ("quality_floor", .number(let share, _)) where (0...1).contains(share):
                experiment.qualityFloor = share
            case ("quality", .string(let word)) where Settings.Experiment.Quality(rawValue: word) != nil:
                experiment.quality = Settings.Experiment.Quality(rawValue: word)!
            case ("scopes", .array(let nodes)):
                experiment.scopes = nodes.compactMap { if case .string(let name) = $0.value { name } else { nil } }
                if experiment.scopes.count < nodes.count { problems.report(part.line, place, "must be names") }
            case ("variants", .object(let variants)):
                experiment.variants = self.variants(variants, in: place + ".", &problems)
            default: problems.report(part.line, place, "must be \(Self.expectation(part.name)), not \(part.node.shown)")
            }
        }
        let arms = experiment.variants.count + (experiment.holdout > 0 ? 1 : 0)
        if arms < 2 || experiment.variants.isEmpty {
            problems.report(member.line, path + "variants", "must be two at least, or one and a holdout")
        }
        if arms > Limits.experimentVariantsMax {
            problems.report(
                member.line, path + "variants", "must be \(Limits.experimentVariantsMax) at most, not \(arms)")
        }
        return experiment
    }

    private static func sticky(_ text: String) -> Settings.Experiment.Sticky? {
        switch text {
        case "tenant": return .tenant
        case "session": return .label("session")
        default:
            let key = text.dropFirst("label:".count)
            return text.hasPrefix("label:") && !key.isEmpty ? .label(String(key)) : nil
        }
    }

    private static func expectation(_ name: String) -> String {
        switch name {
        case "sticky": "tenant, session, or label:KEY"
        case "holdout": "a share from 0 to below 1"
        case "quality_floor": "a share from 0 to 1"
        case "quality": "one of " + Settings.Experiment.Quality.allCases.map(\.rawValue).joined(separator: ", ")
        case "scopes": "a list of names"
        default: "an object"
        }
    }

    private func variants(
        _ members: [JSON5Member], in path: String, _ problems: inout Problems
    ) -> [Settings.Experiment.Variant] {
        problems.distinct(members, in: path).compactMap { member in
            guard problems.checkName(member, in: path) else { return nil }
            guard case .object(let parts) = member.node.value else {
                problems.report(member.line, path + member.name, "must be an object, not \(member.node.shown)")
                return nil
            }
            if member.name == "holdout" {
                problems.report(
                    member.line, path + member.name, "is the name of the part with the settings as they are")
                return nil
            }
            return variant(member.name, parts, in: path + member.name + ".", &problems)
        }
    }

    private func variant(
        _ name: String, _ parts: [JSON5Member], in path: String, _ problems: inout Problems
    ) -> Settings.Experiment.Variant {
        var variant = Settings.Experiment.Variant(name: name)
        for part in problems.distinct(parts, in: path) {
            if part.name == "weight" {
                if case .number(let weight, _) = part.node.value, weight > 0, weight <= 1e6 {
                    variant.weight = weight
                } else {
                    problems.report(part.line, path + "weight", "must be a number above 0, not \(part.node.shown)")
                }
                continue
            }
            guard Settings.Experiment.keys.contains(part.name), let setting = Setting.byKey[part.name] else {
                let near = closest(to: part.name, among: Settings.Experiment.keys + ["weight"])
                let hint = near ?? "one of " + Settings.Experiment.keys.joined(separator: ", ")
                problems.report(part.line, path + part.name, "is no setting that a variant can change; try \(hint)")
                continue
            }
            do throws(Mismatches) {
                variant.overrides[part.name] = try setting.value(node: part.node, home: home)
            } catch {
                for mismatch in error.list { problems.report(mismatch.line, path + part.name, mismatch.reason) }
            }
        }
        return variant
    }
}

import JSON5
import Support

/// Reads the servers of some models alone, and gathers all that is wrong with them.
struct UpstreamReader {
    let home: String?

    private static let names = ["models", "url", "key_file"]

    func upstreams(_ nodes: [JSON5Node]) throws(Mismatches) -> [Settings.ModelUpstream] {
        var upstreams: [Settings.ModelUpstream] = []
        var problems: [Mismatch] = []
        for (index, node) in nodes.enumerated() {
            let before = problems.count
            let upstream = upstream(node, path: "\(index)", &problems)
            if let upstream, problems.count == before { upstreams.append(upstream) }
        }
        guard problems.isEmpty else { throw Mismatches(problems) }
        return upstreams
    }

    private func upstream(_ node: JSON5Node, path: String, _ problems: inout [Mismatch]) -> Settings.ModelUpstream? {
        func report(_ line: Int, _ name: String?, _ reason: String) {
            problems.append(Mismatch(line: line, path: name.map { path + "." + $0 } ?? path, reason: reason))
        }
        guard case .object(let members) = node.value else {
            report(node.line, nil, "must be an object with models and url, not \(node.shown)")
            return nil
        }
        var upstream = Settings.ModelUpstream(models: [], url: "")
        var seen: Set<String> = []
        for member in members {
            let isNew = seen.insert(member.name).inserted
            switch (member.name, member.node.value) {
            case _ where !Self.names.contains(member.name):
                let near = closest(to: member.name, among: Self.names).map { "; did you mean \($0)?" } ?? ""
                report(member.line, member.name, "unknown\(near)")
            case _ where !isNew: report(member.line, member.name, "stands twice")
            case ("url", .string(let url)) where Endpoint(url: url) != nil:
                upstream.url = Setting.withoutSlashes(url)
            case ("url", _):
                report(member.line, "url", "must be \(Setting.Kind.url.expectation), not \(member.node.shown)")
            case ("key_file", .string(let file)) where !file.isEmpty:
                upstream.keyFile = Setting.expanded(file, home: home)
                if upstream.keyFile == nil { report(member.line, "key_file", "needs HOME, which is not set") }
            case ("models", .array(let patterns)) where !patterns.isEmpty:
                upstream.models = patterns.compactMap { if case .string(let text) = $0.value { text } else { nil } }
                if upstream.models.count < patterns.count || upstream.models.contains("") {
                    report(member.line, "models", "must be names or patterns as in \"mistral-*\"")
                }
            default: report(member.line, member.name, "must not be \(member.node.shown)")
            }
        }
        for name in ["models", "url"] where !seen.contains(name) { report(node.line, name, "is missing") }
        return upstream
    }
}

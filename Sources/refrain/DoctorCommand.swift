import Configuration
import Embedding
import HTTP
import JSON
import Store
import Support
import Terminal

/// `refrain doctor`: checks what the daemon needs, and says how to mend what is wrong.
enum DoctorCommand: Command {
    static let specification = CommandSpecification(
        "doctor", "check what the daemon needs and say how to mend it",
        options: [
            OptionSpecification("ask-upstream", "also list the upstream's models, one free call"),
            OptionSpecification("call", "also ask mini for one word, which costs a fraction of a cent"),
        ],
        example: "refrain doctor")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let resolution = try context.configuration()
        let settings = resolution.settings
        var checks = [configuration(resolution), model(settings)]
        checks += await service(settings)
        checks += await UpstreamChecks(settings).run(
            lists: context.arguments.has("ask-upstream"), calls: context.arguments.has("call"))
        checks += SystemChecks.run(settings)
        try show(checks, context)
        return checks.contains { $0.state == .failed } ? .no : .success
    }

    private static func show(_ checks: [HealthCheck], _ context: CommandContext) throws {
        if context.wantsJSON {
            let rows = checks.map { check -> JSONValue in
                [
                    "subject": .string(check.subject), "state": .string(check.state.rawValue),
                    "finding": .string(check.finding), "remedy": check.remedy.map { .string($0) } ?? .null,
                ]
            }
            try context.print(.array(rows))
            return
        }
        for check in checks {
            let style: Style = check.state == .ok ? .green : check.state == .warning ? .yellow : .red
            let state = context.console.output.styled(check.state.rawValue.padding(to: 8), style)
            try context.console.writeLine("\(state) \(check.subject.padding(to: 14)) \(Log.printable(check.finding))")
            if let remedy = check.remedy {
                try context.console.writeLine(String(repeating: " ", count: 24) + "→ " + Log.printable(remedy))
            }
        }
    }

    private static func configuration(_ resolution: Resolution) -> HealthCheck {
        let count = resolution.values.count { $0.origin != .builtIn }
        let changed = count == 1 ? "1 setting is not the default" : "\(count) settings are not the defaults"
        return HealthCheck(
            subject: "configuration", state: resolution.warnings.isEmpty ? .ok : .warning,
            finding: resolution.warnings.first ?? "valid; \(changed)",
            remedy: resolution.warnings.isEmpty ? nil : "see `refrain config check`")
    }

    private static func model(_ settings: Settings) -> HealthCheck {
        let subject = "model"
        guard settings.embedder.kind == .local else {
            return HealthCheck(subject: subject, state: .ok, finding: "embeddings come from \(settings.embedder.model)")
        }
        do {
            _ = try LocalEmbedder(model: settings.embedder.modelDirectory, threads: 1)
            return HealthCheck(
                subject: subject, state: .ok, finding: "\(LocalEmbedder.identity.name) is there and verified")
        } catch {
            return HealthCheck(
                subject: subject, state: .failed, finding: error.why.map { "\(error.what): \($0)" } ?? error.what,
                remedy: error.remedy)
        }
    }

    /// The daemon if one runs, else the store itself.
    private static func service(_ settings: Settings) async -> [HealthCheck] {
        do {
            let connection = try await ServiceConnection.open(settings, log: .none)
            let statistics = try await connection.send(Request("GET", "/cache/stats"))
            let entries = Format.count(statistics["store"]?["entries"]?.int ?? 0)
            guard case .inProcess(let service) = connection else {
                await connection.close()
                return [
                    HealthCheck(subject: "daemon", state: .ok, finding: "answers on \(settings.socket)"),
                    HealthCheck(subject: "store", state: .ok, finding: "\(entries) entries"),
                ]
            }
            let problems = try service.integrityProblems()
            await connection.close()
            let store =
                problems.isEmpty
                ? HealthCheck(subject: "store", state: .ok, finding: "\(entries) entries, integrity ok")
                : HealthCheck(
                    subject: "store", state: .failed, finding: problems.joined(separator: "; "),
                    remedy: "restore a backup of \(settings.store ?? settings.data + "/refrain.db"); "
                        + "`refrain export` saves what is readable")
            return [
                HealthCheck(
                    subject: "daemon", state: .warning, finding: "does not run", remedy: "start it with `refrain serve`"
                ),
                store,
            ]
        } catch let error as any ExplainedError {
            return [
                HealthCheck(
                    subject: "store", state: .failed, finding: error.why.map { "\(error.what): \($0)" } ?? error.what,
                    remedy: error.remedy)
            ]
        } catch {
            return [HealthCheck(subject: "store", state: .failed, finding: "\(error)")]
        }
    }
}

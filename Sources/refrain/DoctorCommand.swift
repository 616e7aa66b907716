import Configuration
import Embedding
import Glibc
import HTTP
import HTTPClient
import JSON
import Models
import Store
import Support
import Terminal

/// `refrain doctor`: checks what the daemon needs, and says how to mend what is wrong.
enum DoctorCommand: Command {
    static let specification = CommandSpecification(
        "doctor", "check what the daemon needs and say how to mend it",
        options: [OptionSpecification("ask-upstream", "also list the upstream's models, one free call")],
        example: "refrain doctor")

    /// One thing looked at.
    private struct Check {
        enum State: String { case ok, warning, failed }

        let subject: String
        let state: State
        let finding: String
        var remedy: String?
    }

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let resolution = try context.configuration()
        let settings = resolution.settings
        var checks = [configuration(resolution), model(settings)]
        checks += await service(settings)
        checks.append(await upstream(settings, asks: context.arguments.has("ask-upstream")))
        checks += [descriptors(), clock()]
        try show(checks, context)
        return checks.contains { $0.state == .failed } ? .no : .success
    }

    private static func show(_ checks: [Check], _ context: CommandContext) throws {
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

    private static func configuration(_ resolution: Resolution) -> Check {
        let count = resolution.values.count { $0.origin != .builtIn }
        return Check(
            subject: "configuration", state: resolution.warnings.isEmpty ? .ok : .warning,
            finding: resolution.warnings.first ?? "valid; \(count) settings are not the defaults",
            remedy: resolution.warnings.isEmpty ? nil : "see `refrain config check`")
    }

    private static func model(_ settings: Settings) -> Check {
        let subject = "model"
        guard settings.embedder.kind == .local else {
            return Check(subject: subject, state: .ok, finding: "embeddings come from \(settings.embedder.model)")
        }
        do {
            _ = try LocalEmbedder(model: settings.embedder.modelDirectory, threads: 1)
            return Check(subject: subject, state: .ok, finding: "\(LocalEmbedder.identity.name) is there and verified")
        } catch {
            return Check(
                subject: subject, state: .failed, finding: error.why.map { "\(error.what): \($0)" } ?? error.what,
                remedy: error.remedy)
        }
    }

    /// The daemon if one runs, else the store itself.
    private static func service(_ settings: Settings) async -> [Check] {
        do {
            let connection = try await ServiceConnection.open(settings, log: .none)
            let statistics = try await connection.send(Request("GET", "/cache/stats"))
            let entries = Format.count(statistics["store"]?["entries"]?.int ?? 0)
            guard case .inProcess(let service) = connection else {
                await connection.close()
                return [
                    Check(subject: "daemon", state: .ok, finding: "answers on \(settings.socket)"),
                    Check(subject: "store", state: .ok, finding: "\(entries) entries"),
                ]
            }
            let problems = try service.integrityProblems()
            await connection.close()
            let store =
                problems.isEmpty
                ? Check(subject: "store", state: .ok, finding: "\(entries) entries, integrity ok")
                : Check(
                    subject: "store", state: .failed, finding: problems.joined(separator: "; "),
                    remedy: "restore a backup of \(settings.data)/refrain.db; `refrain export` saves what is readable")
            return [
                Check(
                    subject: "daemon", state: .warning, finding: "does not run", remedy: "start it with `refrain serve`"
                ),
                store,
            ]
        } catch let error as any ExplainedError {
            return [
                Check(
                    subject: "store", state: .failed, finding: error.why.map { "\(error.what): \($0)" } ?? error.what,
                    remedy: error.remedy)
            ]
        } catch {
            return [Check(subject: "store", state: .failed, finding: "\(error)")]
        }
    }

    private static func upstream(_ settings: Settings, asks: Bool) async -> Check {
        let subject = "upstream"
        guard let url = settings.upstream.url else {
            return Check(
                subject: subject, state: .warning, finding: "none: cache only, no model is called",
                remedy: "set OPENAI_API_KEY, or upstream to the base URL of an OpenAI-compatible API")
        }
        guard asks else {
            return Check(subject: subject, state: .ok, finding: "\(url) (not asked; --ask-upstream does)")
        }
        let http = HTTPClient()
        let models = ModelClient(
            configuration: Service.models(settings), http: http, log: .none
        ) { _ in }
        do {
            let count = try await models.models().count
            await http.close()
            return Check(subject: subject, state: .ok, finding: "\(url) lists \(count) models")
        } catch {
            await http.close()
            return Check(
                subject: subject, state: .failed, finding: error.description,
                remedy: error.remedy ?? "check the address and the key")
        }
    }

    private static func descriptors() -> Check {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
        let isEnough = limit.rlim_cur >= UInt(descriptorsWanted)
        return Check(
            subject: "open files", state: isEnough ? .ok : .warning, finding: "\(limit.rlim_cur) allowed",
            remedy: isEnough
                ? nil : "raise it to \(descriptorsWanted) for many connections: ulimit -n, or LimitNOFILE= in the unit")
    }

    private static let descriptorsWanted = 1_024

    private static func clock() -> Check {
        let now = WallClock.system.now
        // The time of this release's first commit, less a day: an older clock is wrong.
        let isPlausible = now.seconds > 1_764_000_000 - 86_400
        return Check(
            subject: "clock", state: isPlausible ? .ok : .failed, finding: now.rfc3339,
            remedy: isPlausible ? nil : "set the clock, or answers expire at the wrong time")
    }
}

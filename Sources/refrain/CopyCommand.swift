import Configuration
import Glibc
import JSON
import Store
import Support
import Terminal

/// `refrain copy`: moves a store from a file to a server, or back, most of it while the daemon runs.
enum CopyCommand: Command {
    static let specification = CommandSpecification(
        "copy", "copy a whole store into an empty one, from a file to a server or back; exit 1 until it is finished",
        options: [
            OptionSpecification(
                "from", value: ValueSpecification("STORE"),
                "sqlite:DIRECTORY or postgresql://...; while a daemon uses it, the copy cannot be finished"),
            OptionSpecification(
                "to", value: ValueSpecification("STORE"),
                "the same, of an empty store, or one that a copy was begun in; no daemon may use it"),
        ],
        example: "refrain copy --from sqlite:/var/lib/refrain --to postgresql://refrain@db/refrain")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let source = try source(context)
        defer { source.close() }
        let target = try target(context)
        do {
            let report = try await copy(from: source, to: target, context)
            await target.close()
            try show(report, context)
            return report.isFinished && report.leftBehind == 0 ? .success : .no
        } catch {
            await target.close()
            throw error
        }
    }

    private static func copy(
        from source: CopySource, to target: Store, _ context: CommandContext
    ) async throws -> StoreCopy.Report {
        var progress = ProgressBar(
            "Copying", total: nil, unit: .items, presentation: context.console.messages,
            write: context.console.showRaw)
        let report = try await StoreCopy(from: source, to: target).run { (rows) async throws(StoreError) in
            progress.update(to: rows)
        }
        progress.finish()
        return report
    }

    private enum Place {
        case directory(String)
        case url(String)
    }

    private static func place(_ option: String, _ context: CommandContext) throws -> Place {
        guard let name = context.arguments.value(option) else { throw UsageError("copy needs --from and --to") }
        if name.hasPrefix("sqlite:"), name.count > "sqlite:".count {
            return .directory(String(name.dropFirst("sqlite:".count)))
        }
        guard let url = PostgresURL(name) else {
            throw UsageError("--\(option) takes sqlite:DIRECTORY or postgresql://user@host/database")
        }
        if url.hasPassword {
            throw UsageError("--\(option) takes no password: put it into ~/.pgpass, a PGPASSFILE, or PGPASSWORD")
        }
        return .url(name)
    }

    private static func source(_ context: CommandContext) throws -> CopySource {
        let log = Log.standardError(level: .error)
        switch try place("from", context) {
        case .url(let url): return try CopySource.open(url: url, log: log)
        case .directory(let directory):
            // To lock a directory makes it.
            if unsafe access(directory + "/refrain.db", F_OK) != 0 {
                throw CommandError(
                    "there is no store in \(directory)", remedy: "give --from the daemon's data directory")
            }
            return try CopySource.open(directory: directory, log: log)
        }
    }

    private static func target(_ context: CommandContext) throws -> Store {
        let log = Log.standardError(level: .error)
        return switch try place("to", context) {
        case .url(let url): try Store.open(url: url, directory: nil, isAlone: true, mayBeUnfinished: true, log: log)
        case .directory(let directory): try Store.open(directory: directory, mayBeUnfinished: true, log: log)
        }
    }

    private static func show(_ report: StoreCopy.Report, _ context: CommandContext) throws {
        if context.wantsJSON {
            return try context.print([
                "finished": .bool(report.isFinished), "rows": .number(report.rows),
                "entries": .number(report.entries), "copied": .number(report.copied),
                "changed": .number(report.changed), "removed": .number(report.removed),
                "last_pass": .number(report.lastPass), "left_behind": .number(report.leftBehind),
            ])
        }
        let done = [
            (report.copied, "copied"), (report.changed, "changed"), (report.removed, "removed"),
        ].filter { $0.0 > 0 }.map { "\(Format.count($0.0)) \($0.1)" }
        let rows =
            "\(Format.count(report.rows)) rows, \(Format.count(report.entries)) entries among them ("
            + (done.isEmpty ? "nothing had changed" : done.joined(separator: ", ")) + ")"
        let isWhole = report.leftBehind == 0
        let missing = "\(Format.count(report.leftBehind)) damaged rows, or rows that refer to one, are left behind"
        try context.console.writeLine(
            !report.isFinished
                ? "up to date as of now: \(rows); the last pass brought over \(Format.count(report.lastPass)) rows.\n"
                    + "The store is in use. To finish, stop its daemon and give the same command again"
                : "finished: \(rows); " + (isWhole ? "all checksums agree" : missing))
    }
}

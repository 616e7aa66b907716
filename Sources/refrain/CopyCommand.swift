import Configuration
import Glibc
import JSON
import Store
import Support
import Terminal

/// `refrain copy`: moves a store from a file to a server, or back.
enum CopyCommand: Command {
    static let specification = CommandSpecification(
        "copy", "copy a whole store into an empty one, from a file to a server or back",
        options: [
            OptionSpecification(
                "from", value: ValueSpecification("STORE"), "sqlite:DIRECTORY or postgresql://..., which no daemon uses"
            ),
            OptionSpecification(
                "to", value: ValueSpecification("STORE"),
                "the same, of an empty store, or one that a copy was cut off in"),
        ],
        example: "refrain copy --from sqlite:/var/lib/refrain --to postgresql://refrain@db/refrain")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let source = try open("from", context)
        do {
            let target = try open("to", context)
            do {
                let report = try await copy(from: source, to: target, context)
                await target.close()
                await source.close()
                try show(report, context)
                return report.leftBehind == 0 ? .success : .no
            } catch {
                await target.close()
                throw error
            }
        } catch {
            await source.close()
            throw error
        }
    }

    private static func copy(
        from source: Store, to target: Store, _ context: CommandContext
    ) async throws -> StoreCopy.Report {
        var progress = ProgressBar(
            "Copying", total: nil, unit: .items, presentation: context.console.messages,
            write: context.console.showRaw)
        let report = try await StoreCopy(from: source, to: target).run { progress.update(to: $0) }
        progress.finish()
        return report
    }

    private static func open(_ option: String, _ context: CommandContext) throws -> Store {
        let log = Log.standardError(level: .error)
        guard let name = context.arguments.value(option) else { throw UsageError("copy needs --from and --to") }
        if name.hasPrefix("sqlite:"), name.count > "sqlite:".count {
            let directory = String(name.dropFirst("sqlite:".count))
            // To open one makes one.
            if option == "from", unsafe access(directory + "/refrain.db", F_OK) != 0 {
                throw CommandError(
                    "there is no store in \(directory)", remedy: "give --from the daemon's data directory")
            }
            return try Store.open(directory: directory, log: log)
        }
        guard let url = PostgresURL(name) else {
            throw UsageError("--\(option) takes sqlite:DIRECTORY or postgresql://user@host/database")
        }
        if url.hasPassword {
            throw UsageError("--\(option) takes no password: put it into ~/.pgpass, a PGPASSFILE, or PGPASSWORD")
        }
        return try Store.open(url: name, directory: nil, isAlone: option == "to", log: log)
    }

    private static func show(_ report: StoreCopy.Report, _ context: CommandContext) throws {
        if context.wantsJSON {
            return try context.print([
                "rows": .number(report.rows), "entries": .number(report.entries),
                "left_behind": .number(report.leftBehind),
            ])
        }
        let rows = "\(Format.count(report.rows)) rows, \(Format.count(report.entries)) entries among them"
        guard report.leftBehind > 0 else {
            return try context.console.writeLine("copied: \(rows); all checksums agree")
        }
        try context.console.writeLine(
            "copied: \(rows); \(Format.count(report.leftBehind)) damaged rows, or rows that refer to one, are left behind"
        )
    }
}

import Configuration
import HTTP
import JSON
import Records
import Support
import Terminal

/// `refrain import`: questions with their answers from a file into the cache.
///
/// Running it again goes on where it stopped: what is stored with the same answer is passed over, without embedding.
enum ImportCommand: Command {
    static let specification = CommandSpecification(
        "import", "store questions and answers from JSON lines or CSV",
        arguments: [
            ArgumentSpecification(
                ValueSpecification("FILE", .file),
                "rows of question, answer and optionally tags, ttl_seconds, scope, context; - is stdin")
        ],
        options: [
            OptionSpecification(
                "format", value: ValueSpecification("FORMAT", choices: RecordFormat.allCases.map(\.rawValue)),
                defaultText: "by the file's name", "how the file is written"),
            OptionSpecification("scope", value: ValueSpecification("NAME"), "the scope of rows that name none"),
            LikeOption.specification,
            OptionSpecification("keep", "keep the stored answer where the file has another one"),
            OptionSpecification("dedupe", "merge rows that ask the same in other words, and print them"),
            OptionSpecification("dry-run", "with --dedupe: say what would be merged, and store nothing"),
        ],
        example: "refrain import faq.jsonl")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let path = context.arguments.arguments[0]
        let isTrial = context.arguments.has("dry-run")
        if isTrial, !context.arguments.has("dedupe") {
            throw CommandError("--dry-run goes with --dedupe", remedy: "refrain import --dedupe --dry-run \(path)")
        }
        let file = try FileReader(path)
        let format = context.arguments.value("format").flatMap(RecordFormat.init) ?? RecordFormat.of(path: path)
        var progress = ProgressBar(
            "Importing", total: file.bytes, unit: .bytes, presentation: context.console.messages,
            write: context.console.showRaw)
        var tally = Tally()
        var reader = RecordReader(format)
        var bytesRead = 0
        let connection = try await ServiceConnection.open(
            context.configuration().settings, searches: context.arguments.has("dedupe"),
            log: .standardError(level: .error))
        var batch: [(line: Int, value: JSONValue)] = []
        var batchBytes = 0
        do {
            let common = try await LikeOption.context(context, connection)
            while true {
                let bytes = try file.read()
                let records = bytes.isEmpty ? reader.finish() : reader.read(bytes)
                bytesRead += bytes.count
                for (index, record) in records.enumerated() {
                    switch record.content {
                    case .success(var value):
                        if let common, value["context"] == nil { value = value.adding("context", common) }
                        batch.append((record.line, value))
                        batchBytes += value.bytes.count
                    case .failure(let error): tally.refuse(record.line, error.what)
                    }
                    // Rows of a trial are compared with those of the same request only.
                    let rowsMax = isTrial ? Limits.trialLinesMax + 1 : Limits.textsPerBatchMax
                    let isFull = batch.count == rowsMax || batchBytes >= Limits.importBatchBytesMax
                    if isTrial, isFull {
                        throw CommandError(
                            "\(path) is too long for a dry run",
                            why: "\(Format.count(Limits.trialLinesMax)) rows or 4 MB at most are compared",
                            remedy: "try it with a part of the file")
                    }
                    if isFull {
                        try await store(&batch, connection, context, &tally)
                        batchBytes = 0
                        // The share of this piece that is done, for a bar that moves between two reads.
                        let share = bytes.count * (records.count - index - 1) / records.count
                        progress.update(to: bytesRead - share)
                    }
                }
                if bytes.isEmpty { break }
            }
            try await store(&batch, connection, context, &tally)
            progress.update(to: bytesRead)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        let rows = tally.counts.values.reduce(0, +) + tally.errors.count
        progress.finish(rows, rows == 1 ? "row" : "rows")
        return try report(tally, path, context)
    }

    /// What became of the rows.
    private struct Tally {
        var counts: [String: Int] = [:]
        var errors: [(line: Int, message: String)] = []
        var groups = DuplicateGroups()

        mutating func refuse(_ line: Int, _ message: String) { errors.append((line, message)) }
    }

    private static func store(
        _ batch: inout [(line: Int, value: JSONValue)], _ connection: ServiceConnection, _ context: CommandContext,
        _ tally: inout Tally
    ) async throws {
        guard !batch.isEmpty else { return }
        let lines = batch.map(\.line)
        let questions = batch.map { $0.value["question"]?.string ?? "" }
        var headers: Headers = ["Content-Type": "application/x-ndjson"]
        if let scope = context.arguments.value("scope") { headers["Refrain-Scope"] = scope }
        let body = batch.flatMap { $0.value.bytes + [UInt8(ascii: "\n")] }
        batch = []
        var query = [("on_conflict", context.arguments.has("keep") ? "keep" : "replace")]
        if context.arguments.has("dedupe") { query.append(("dedupe", "true")) }
        if context.arguments.has("dry-run") { query.append(("dry_run", "true")) }
        let reply = try await connection.send(
            Request("POST", "/cache/entries", query: query, headers: headers, body: body))
        for row in reply["stored"]?.array ?? [] {
            let outcome = row["result"]?["outcome"]?.string ?? "?"
            tally.counts[outcome, default: 0] += 1
            if outcome == "merged", let result = row["result"] {
                let index = (row["line"]?.int ?? 1) - 1
                tally.groups.add(result, line: lines[index], question: questions[index])
            }
        }
        for row in reply["errors"]?.array ?? [] {
            tally.refuse(lines[(row["line"]?.int ?? 1) - 1], row["message"]?.string ?? "?")
        }
    }

    private static func report(_ tally: Tally, _ path: String, _ context: CommandContext) throws -> ExitCode {
        let errors = tally.errors.sorted { $0.line < $1.line }
        for error in errors { context.console.show("\(path):\(error.line): \(error.message)") }
        let merges = context.arguments.has("dedupe")
        let outcomes = ["inserted", "replaced", "renewed", "unchanged", "kept"] + (merges ? ["merged"] : [])
        if context.wantsJSON {
            var object = JSONObject()
            for outcome in outcomes { object[outcome] = .number(tally.counts[outcome] ?? 0) }
            object["bad"] = .number(errors.count)
            if merges { object["groups"] = tally.groups.json }
            try context.print(.object(object))
        } else {
            try tally.groups.show(context.console)
            let parts = outcomes.compactMap { outcome in
                tally.counts[outcome].map { "\(Format.count($0)) \(outcome)" }
            }
            let bad = errors.isEmpty ? [] : ["\(Format.count(errors.count)) bad"]
            try context.console.writeLine(
                (parts + bad).isEmpty ? "nothing to import" : (parts + bad).joined(separator: ", "))
        }
        return errors.isEmpty ? .success : .no
    }
}

import Cache
import JSON
import Models
import Plans
import Store
import Support

/// Does plans now and then over what is stored: one call after another, beside the requests and never in their way.
package final class PlanJobs: Sendable {
    private let parts: API.Parts
    private let runs: PlanRuns

    init(_ parts: API.Parts, _ runs: PlanRuns) {
        self.parts = parts
        self.runs = runs
    }

    private var store: Store { parts.cache.parts.store }

    /// Does each job whose time has come. A job that fails is tried again at its next time.
    package func doDue() async {
        // Where several daemons share the store, one of them does them.
        guard (try? store.leads()) == true else { return }
        for plan in parts.jobs {
            guard let job = plan.job, parts.models.hasUpstream else { continue }
            do {
                var mark = try store.jobMark(plan.name)
                let now = parts.clock.now
                if let last = mark.time, last + Int64(job.everySeconds) > now { continue }
                // Before the work, so that one that brings the process down is not begun again at once.
                mark.time = now
                try await store.setJobMark(plan.name, mark)
                var allowance = Allowance(runs: job.runsMax, dollars: job.dollars)
                switch job.subject {
                case .answers: try await overAnswers(plan, job, &mark, &allowance)
                case .feedback: try await overFeedback(plan, &mark, &allowance)
                case .file: try await overFile(plan, job, &mark, &allowance)
                }
                if allowance.runs < job.runsMax {
                    let end = allowance.isLeft ? "" : "; its budget for this time is spent"
                    parts.log.info("job \(plan.name): \(job.runsMax - allowance.runs) runs\(end)")
                }
            } catch is CancellationError {
                return
            } catch {
                parts.log.error("job \(plan.name) could not go on: \(error)")
            }
        }
    }

    /// What one time of a job may still take.
    private struct Allowance {
        var runs: Int
        var dollars: Double
        var isLeft: Bool { runs > 0 && dollars > 0 }
    }

    private func overAnswers(
        _ plan: Plan, _ job: Job, _ mark: inout Store.JobMark, _ allowance: inout Allowance
    ) async throws {
        while allowance.isLeft {
            let entries = try store.entries(
                after: EntryID(rawValue: mark.last), limit: Limits.planJobEntriesPerPage)
            guard !entries.isEmpty else { return }
            for entry in entries where allowance.isLeft {
                if let scope = try store.scopeKey(entry.scope), PlanJobs.isLookedAt(entry, scope, job) {
                    let inputs: JSONObject = ["question": .string(entry.question), "answer": .string(entry.answer)]
                    try await run(
                        plan, inputs, scope.tenant, entry.id, about: "entry \(entry.id.rawValue)", &allowance)
                }
                mark.last = entry.id.rawValue
                try await store.setJobMark(plan.name, mark)
            }
        }
    }

    /// The outputs of plans' steps are no answers to anybody; of the others always the same ones are looked at.
    private static func isLookedAt(_ entry: Entry, _ scope: ScopeKey, _ job: Job) -> Bool {
        guard !scope.name.hasPrefix("plan:"), entry.question.utf8.count > 0 else { return false }
        var generator = SplitMix64(seed: UInt64(bitPattern: entry.id.rawValue))
        return job.share >= 1 || Double(generator.next() >> 11) * 0x1p-53 < job.share
    }

    /// One run a tenant: nobody's comments are put together with another's. Whom the allowance leaves out is first the
    /// next time, with the comments of then.
    private func overFeedback(
        _ plan: Plan, _ mark: inout Store.JobMark, _ allowance: inout Allowance
    ) async throws {
        while allowance.isLeft {
            var comments = try store.comments(after: mark.last, limit: Limits.planTextsPerGroupingMax)
            if mark.end > mark.last { comments.removeAll { $0.number > mark.end } }
            guard let end = comments.last?.number ?? (mark.end > mark.last ? mark.end : nil) else { return }
            for (tenant, comments) in try byTenant(comments) where comments[0].number >= mark.next {
                guard allowance.isLeft else { return }
                let inputs: JSONObject = ["comments": .array(comments.map { .string($0.comment) })]
                try await run(plan, inputs, tenant, about: "\(comments.count) comments", &allowance)
                mark.end = end
                mark.next = comments[0].number + 1
                try await store.setJobMark(plan.name, mark)
            }
            mark.last = end
            try await store.setJobMark(plan.name, mark)
        }
    }

    /// Each tenant's comments in their order, the tenants in that of their first ones; without those of entries that are
    /// gone.
    private func byTenant(_ comments: [Store.Comment]) throws -> [(tenant: String, comments: [Store.Comment])] {
        var tenants: [String: [Store.Comment]] = [:]
        for comment in comments {
            guard let entry = try store.entry(comment.entry), let scope = try store.scopeKey(entry.scope) else {
                continue
            }
            tenants[scope.tenant, default: []].append(comment)
        }
        return tenants.map { ($0.key, $0.value) }.sorted { $0.comments[0].number < $1.comments[0].number }
    }

    /// What was there before the job's first time is not read. The runs are the machine's owner's.
    private func overFile(
        _ plan: Plan, _ job: Job, _ mark: inout Store.JobMark, _ allowance: inout Allowance
    ) async throws {
        let file = FollowedFile(path: job.path ?? "")
        if mark.inode == 0 {
            try await move(&mark, plan, to: try file.end())
            parts.log.info("job \(plan.name): follows \(file.path) from byte \(mark.last) on")
        }
        var seen: Set<String> = []
        while allowance.isLeft {
            let position = FollowedFile.Position(inode: mark.inode, offset: mark.last)
            guard let piece = try file.next(after: position, bytesMax: Limits.planJobPieceBytesMax) else { return }
            if job.linesWith.isEmpty {
                let inputs: JSONObject = ["log": .string(String(decoding: piece.bytes, as: UTF8.self))]
                try await run(plan, inputs, Access.ownTenant, about: file.path, &allowance)
            } else {
                try await overLines(of: piece, plan, job, &seen, &mark, &allowance)
                guard allowance.isLeft else { return }
            }
            try await move(&mark, plan, to: piece.end)
        }
    }

    /// A run for each line with one of the job's words, and one only where several differ in nothing but numbers.
    private func overLines(
        of piece: FollowedFile.Piece, _ plan: Plan, _ job: Job, _ seen: inout Set<String>,
        _ mark: inout Store.JobMark, _ allowance: inout Allowance
    ) async throws {
        let lines = piece.lines
        for (index, line) in lines.enumerated() where job.linesWith.contains(where: line.text.contains) {
            guard allowance.isLeft else { return }
            guard seen.insert(line.text.filter { !$0.isNumber }).inserted else { continue }
            let before = lines[max(0, index - Limits.planJobContextLines)..<index].map(\.text)
            let inputs: JSONObject = [
                "message": .string(line.text), "context": .string(before.joined(separator: "\n")),
            ]
            try await run(plan, inputs, Access.ownTenant, about: "a line of \(job.path ?? "")", &allowance)
            try await move(&mark, plan, to: line.end)
        }
    }

    private func move(
        _ mark: inout Store.JobMark, _ plan: Plan, to position: FollowedFile.Position
    ) async throws {
        mark.inode = position.inode
        mark.last = position.offset
        try await store.setJobMark(plan.name, mark)
    }

    private func run(
        _ plan: Plan, _ inputs: JSONObject, _ tenant: String, _ entry: EntryID? = nil, about subject: String,
        _ allowance: inout Allowance
    ) async throws {
        let ready = try await runs.begin(plan, inputs, forcedBy: nil, tenant: tenant, entry: entry)
        let run = try await runs.execute(ready)
        allowance.runs -= 1
        if let cost = run["cost_usd"]?.double {
            allowance.dollars -= cost
        } else {
            parts.log.warning("job \(plan.name): what a run costs is not known, so its budget ends here")
            allowance.dollars = 0
        }
        if let failure = run["failure"]?.string {
            parts.log.warning("job \(plan.name): run \(ready.id.rawValue) over \(subject) failed: \(failure)")
        } else if let alert = run["outputs"]?["alert"], PlanJobs.isRaised(alert) {
            parts.log.warning("job \(plan.name): alert for \(subject), see run \(ready.id.rawValue)")
        }
    }

    private static func isRaised(_ alert: JSONValue) -> Bool {
        alert.bool ?? alert.string.map { !$0.isEmpty } ?? alert.array.map { !$0.isEmpty } ?? false
    }
}

extension Plan {
    /// Why the plan cannot be done by itself; nil: it can.
    package var reasonNotToBeJob: String? {
        guard let job else { return "it has no \"job\"" }
        let given =
            switch job.subject {
            case .answers: ["question", "answer"]
            case .feedback: ["comments"]
            case .file: job.linesWith.isEmpty ? ["log"] : ["message", "context"]
            }
        if let step = steps.first(where: \.waitsForPerson) { return "step \(step.name) waits for a person's choice" }
        let missing = inputs.first { $0.fallback == nil && !given.contains($0.name) }
        if let missing { return "nothing gives it the input \"\(missing.name)\"" }
        let unknown = given.first { name in !inputs.contains { $0.name == name } }
        return unknown.map { "it has no input \"\($0)\"" }
    }
}

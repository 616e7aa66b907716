package import Support

/// Runs of plans, kept so that they can be looked at, and go on after a crash.
extension Store {
    /// Keeps a new run, and lets go of the oldest ones of its tenant and plan that are too many.
    package func begin(_ run: PlanRunRow) async throws(StoreError) -> PlanRunID {
        try await write { (connection) throws(StoreError) in
            var run = run
            run.id = PlanRunID(rawValue: try connection.nextUniqueID(.planRuns))
            try connection.insert(into: .planRuns, run.values)
            try connection.claim(run.id)
            try connection.run(
                """
                DELETE FROM plan_runs WHERE status <> 'running' AND id IN (
                    SELECT id FROM plan_runs WHERE tenant = ?1 AND plan = ?2 ORDER BY id DESC
                    LIMIT \(Int64.max) OFFSET \(Limits.planRunsKeptMax))
                """, [.text(run.tenant), .text(run.plan)])
            return run.id
        }
    }

    /// Writes down what became of a step.
    ///
    /// - Parameter position: of the step in its plan, from 0.
    package func note(_ run: PlanRunID, position: Int, record: String) async throws(StoreError) {
        try await write { (connection) throws(StoreError) in
            guard try connection.planRun(run) != nil else { return }
            try connection.replace(in: .planSteps, [.integer(run.rawValue), .integer(Int64(position)), .text(record)])
        }
    }

    /// Gives a run another status, if it has one of these now.
    ///
    /// - Parameter result: nil leaves what came of it before.
    /// - Returns: whether it had.
    @discardableResult
    package func change(
        _ id: PlanRunID, from: Set<PlanRunRow.Status>, to status: PlanRunRow.Status, result: String? = nil
    ) async throws(StoreError) -> Bool {
        let now = clock.now
        return try await write { (connection) throws(StoreError) in
            guard var run = try connection.planRun(id), from.contains(run.status) else { return false }
            run.status = status
            run.updated = now
            run.result = result ?? run.result
            try connection.update(.planRuns, run.values)
            if status == .running { try connection.claim(id) }
            return true
        }
    }

    /// Notes that the runs under way ended with their process; called before the first one begins, and on a shared store
    /// now and then, where those of processes that are there are passed over.
    ///
    /// - Returns: how many there were.
    package func interruptPlanRuns() async throws(StoreError) -> Int {
        let now = clock.now
        return try await write { (connection) throws(StoreError) in
            let runs = try connection.planRuns("WHERE " + connection.isOrphaned, [], limit: .max)
            for var run in runs {
                run.status = .interrupted
                run.updated = now
                try connection.update(.planRuns, run.values)
            }
            return runs.count
        }
    }

    /// Removes a run with its steps.
    ///
    /// - Returns: whether there was one.
    package func remove(_ id: PlanRunID) async throws(StoreError) -> Bool {
        try await write { (connection) throws(StoreError) in
            try connection.run("DELETE FROM plan_runs WHERE id = ?1", [.integer(id.rawValue)])
            return connection.changes > 0
        }
    }

    /// Removes the runs that nothing has become of since then.
    ///
    /// - Returns: how many there were.
    package func removePlanRuns(before: Timestamp) async throws(StoreError) -> Int {
        try await write { (connection) throws(StoreError) in
            try connection.run(
                "DELETE FROM plan_runs WHERE status <> 'running' AND updated < ?1", [.integer(before.milliseconds)])
            return connection.changes
        }
    }

    /// Removes the oldest runs, so that the texts of the others take at most so many bytes.
    ///
    /// - Returns: how many there were.
    package func removePlanRuns(beyondBytes bytesMax: Int) async throws(StoreError) -> Int {
        // Read beside the writer: it may take as long as the texts are many.
        let last = try read { (connection) throws(StoreError) in
            let (texts, record) = ("definition || request || coalesce(result, '')", "record")
            let steps = "SELECT sum(\(connection.dialect.byteCount(record))) FROM plan_steps WHERE run = plan_runs.id"
            let size = "CAST(\(connection.dialect.byteCount(texts)) + coalesce((\(steps)), 0) AS bigint)"
            var bytes = 0
            var last: Int64?
            try connection.forEachRow("SELECT id, \(size) FROM plan_runs ORDER BY id DESC") { row in
                bytes += Int(row.integer(1))
                last = bytes > bytesMax ? row.integer(0) : nil
                return last == nil
            }
            return last
        }
        guard let last else { return 0 }
        return try await write { (connection) throws(StoreError) in
            try connection.run("DELETE FROM plan_runs WHERE status <> 'running' AND id <= ?1", [.integer(last)])
            return connection.changes
        }
    }

    package func planRun(_ id: PlanRunID) throws(StoreError) -> PlanRunRow? {
        try read { (connection) throws(StoreError) in try connection.planRun(id) }
    }

    /// The records of a run's steps that are over, by their position in the plan.
    package func planSteps(of run: PlanRunID) throws(StoreError) -> [Int: String] {
        try read { (connection) throws(StoreError) in
            var records: [Int: String] = [:]
            try connection.forEachRow(of: .planSteps, "WHERE run = ?1", [.integer(run.rawValue)]) {
                records[Int($0.integer(1))] = $0.text(2)
                return true
            }
            return records
        }
    }

    /// A tenant's runs, the newest first.
    ///
    /// - Parameters:
    ///   - plan: nil for those of all plans.
    ///   - before: only older ones.
    package func planRuns(
        tenant: String, plan: String? = nil, before: PlanRunID? = nil, limit: Int
    ) throws(StoreError) -> [PlanRunRow] {
        let condition =
            "WHERE tenant = ?1 AND (CAST(?2 AS text) IS NULL OR plan = ?2) "
            + "AND (CAST(?3 AS bigint) IS NULL OR id < ?3) ORDER BY id DESC"
        return try read { (connection) throws(StoreError) in
            try connection.planRuns(
                condition, [.text(tenant), .optional(plan), .optional(before?.rawValue)], limit: limit)
        }
    }
}

extension Connection {
    fileprivate mutating func planRun(_ id: PlanRunID) throws(StoreError) -> PlanRunRow? {
        try planRuns("WHERE id = ?1", [.integer(id.rawValue)], limit: 1).first
    }

    fileprivate mutating func planRuns(
        _ condition: String, _ values: [Value], limit: Int
    ) throws(StoreError) -> [PlanRunRow] {
        var runs: [PlanRunRow] = []
        let bounded = condition + " LIMIT ?\(values.count + 1)"
        try forEachRow(of: .planRuns, bounded, values + [.integer(Int64(limit))]) {
            runs.append(PlanRunRow($0))
            return true
        }
        return runs
    }
}

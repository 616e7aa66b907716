package import Support

/// What several processes that share a store agree on. A file's store has one, which agrees with itself.
extension Store {
    /// Whether other processes may have the store open as well.
    package var isShared: Bool { node != nil }

    /// Whether what this process remembers may be served: it has heard from the store lately, so that nothing is forgotten
    /// that it does not know of.
    package var mayServe: Bool { node?.mayServe ?? true }

    /// Has a follower take in what is committed from now on, by this process and by others; to be called once, before
    /// anything is remembered. A file's store tells nothing: its one process knows what it does.
    package func follow(_ follower: any ChangeFollower) throws(StoreError) {
        try feed?.start(follower)
    }

    /// Writes something that no node may serve the contrary of once this has returned, also where somebody else has written
    /// it already.
    ///
    /// Throws `.unavailable` also when it is done, but the store could not be asked whether every node knows.
    func writeEverywhere<T: Sendable>(
        _ body: @escaping @Sendable (inout Connection) throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        guard isShared else { return try await write(body) }
        let (result, commit) = try await write { (connection) throws(StoreError) in
            (try body(&connection), try connection.lastChange())
        }
        try await acknowledgement(of: commit)
        return result
    }

    /// Waits until every node knows of a commit, or may not serve what it remembers.
    func acknowledgement(of commit: Int64) async throws(StoreError) {
        let patience = 2 * Limits.nodeSilenceMilliseconds
        let end = ContinuousClock.now + .milliseconds(patience)
        while true {
            var reason = "a node has not taken it in for \(patience) ms"
            do throws(StoreError) {
                if try read({ (connection) throws(StoreError) in try connection.isAcknowledged(commit) }) { return }
            } catch {
                reason = error.message
            }
            let pause: Void? = try? await Task.sleep(for: .milliseconds(Limits.acknowledgementPauseMilliseconds))
            guard pause != nil, ContinuousClock.now < end else {
                throw StoreError(
                    .unavailable, "it is done, but not every node is known to have taken it in: \(reason)",
                    context: "hear from the other nodes", path: path)
            }
        }
    }

    // MARK: Turns

    /// Whether this process is the one that may have a question answered; others are to wait for it to end its turn.
    ///
    /// - Parameter key: of the canonical text.
    package func takeTurn(_ scope: ScopeKey, key: Digest) throws(StoreError) -> Bool {
        try locks?.take(Store.lock(scope, key)) ?? true
    }

    /// Lets others have their turn. The server does it where it cannot be reached.
    package func endTurn(_ scope: ScopeKey, key: Digest) {
        try? locks?.release(Store.lock(scope, key))
    }

    /// Whether this process does what one of them has to do now and then.
    package func leads() throws(StoreError) -> Bool {
        try locks?.take(Schema.applicationID + 1) ?? true
    }

    private static func lock(_ scope: ScopeKey, _ key: Digest) -> Int64 {
        let tenant = Digest(of: scope.tenant), name = Digest(of: scope.name)
        let digest = Digest(of: tenant.bytes + name.bytes + scope.digest.bytes + key.bytes)
        return digest.bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }

    // MARK: Keeping it tidy

    /// Removes what nodes have told each other and all know, and nodes that are long gone; called now and then.
    package func removeOldChanges() async throws(StoreError) {
        guard isShared else { return }
        // Some at a time: meanwhile nobody else writes.
        while try await write({ (connection) throws(StoreError) in try connection.removeOldChanges() }) {}
    }
}

extension Connection {
    /// - Returns: whether there are more.
    fileprivate mutating func removeOldChanges() throws(StoreError) -> Bool {
        let (now, number) = (try self.number("SELECT \(PostgresSchema.now)"), try commitNumber())
        let kept = now - Int64(Limits.changesKeptMinutes) * 60_000
        let known = try self.number(
            "SELECT coalesce(min(seen), ?2) FROM nodes WHERE renewed > ?1", [.integer(kept), .integer(number)])
        let oldest = try self.number("SELECT coalesce(min(number), ?1) FROM changes", [.integer(number)])
        let wanted = max(known, number - Int64(Limits.changesKeptMax))
        let last = min(wanted, oldest + Int64(Limits.commitsTrimmedAtOnce))
        try send("UPDATE feed SET trimmed = ?1 WHERE trimmed < ?1", [.integer(last)])
        try send("DELETE FROM changes WHERE number <= ?1", [.integer(last)])
        let gone = now - Int64(Limits.nodeKeptHours) * 3_600_000
        try send("DELETE FROM nodes WHERE renewed < ?1", [.integer(gone)])
        try send("DELETE FROM run_nodes WHERE run NOT IN (SELECT id FROM plan_runs WHERE status = 'running')")
        try run("DELETE FROM writers WHERE time < ?1 AND node NOT IN (SELECT id FROM nodes)", [.integer(gone)])
        return last < wanted
    }
}

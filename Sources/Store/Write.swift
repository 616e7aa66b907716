import Support

/// A change to the database, waiting for its turn.
struct Write: Sendable {
    enum Work: Sendable {
        /// Makes the change and returns what to call once it is committed. May be run again if its transaction was lost.
        case change(@Sendable (inout Connection) throws(StoreError) -> @Sendable () -> Void)
        /// Stores entries, and calls with what became of each once that is committed; with the commit's number as well
        /// where other nodes may serve the contrary until they know of it.
        case insert([Insertion], @Sendable (Outcomes, _ commit: Int64?) -> Void)
    }

    typealias Outcomes = ArraySlice<Result<InsertOutcome, StoreError>>

    /// Whether it is kept, where its connection broke during the commit, until it is known what became of it.
    let awaitsOutcome: Bool
    let work: Work
    let fail: @Sendable (StoreError) -> Void

    init(
        awaitsOutcome: Bool = false,
        work: @escaping @Sendable (inout Connection) throws(StoreError) -> @Sendable () -> Void,
        fail: @escaping @Sendable (StoreError) -> Void
    ) {
        self.awaitsOutcome = awaitsOutcome
        self.work = .change(work)
        self.fail = fail
    }

    init(
        inserting insertions: [Insertion], done: @escaping @Sendable (Outcomes, _ commit: Int64?) -> Void,
        fail: @escaping @Sendable (StoreError) -> Void
    ) {
        awaitsOutcome = false
        work = .insert(insertions, done)
        self.fail = fail
    }

    fileprivate var insertions: [Insertion] {
        if case .insert(let insertions, _) = work { insertions } else { [] }
    }

    /// Writes in the steps in which they are done: inserts one behind the other together, as many as make a batch, and each
    /// other write by itself.
    static func steps(of writes: [Write]) -> [[Write]] {
        var steps: [[Write]] = []
        // For so many entries more in the last step.
        var room = 0
        for write in writes {
            let count = write.insertions.count
            if count > 0, count <= room {
                steps[steps.count - 1].append(write)
            } else {
                steps.append([write])
                room = count > 0 ? max(count, Limits.insertsPerCommitMax) : 0
            }
            room -= count
        }
        return steps
    }
}

extension Connection {
    /// Does one step of the transaction around it; each of its writes succeeds or fails alone.
    ///
    /// Throws where the transaction is lost.
    ///
    /// - Returns: what to call for each write once it is committed.
    mutating func run(_ step: [Write]) throws(StoreError) -> [@Sendable () -> Void] {
        if case .change(let change) = step[0].work {
            reach = .everything
            do throws(StoreError) { return [try savepoint(change)] } catch {
                guard inTransaction else { throw error }
                reach = .nothing
                return [{ [fail = step[0].fail] in fail(error) }]
            }
        }
        reach = .nothing
        var outcomes = try insert(step.flatMap(\.insertions))[...]
        let commit = node != nil && outcomes.contains(where: \.isContrary) ? try commitNumber() : nil
        return step.map { write in
            guard case .insert(let insertions, let done) = write.work else {
                preconditionFailure("a step of inserts has another write in it")
            }
            let own = outcomes.prefix(insertions.count)
            outcomes = outcomes.dropFirst(insertions.count)
            return { done(own, own.contains(where: \.isContrary) ? commit : nil) }
        }
    }
}

extension Result<InsertOutcome, StoreError> {
    fileprivate var isContrary: Bool { (try? get())?.isContrary == true }
}

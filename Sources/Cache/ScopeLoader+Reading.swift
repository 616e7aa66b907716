import Search
import Store
import Support
import Synchronization

/// Reading a scope.
extension ScopeLoader {
    /// What was read of a scope, in one state of the store.
    private struct Contents {
        var rows: IndexRows
        var evidence = ScopeEvidence()
        /// Of the last commit in that state.
        var commit: Int64 = 0
    }

    /// Reads a scope and puts it where it is searched.
    func bring(_ scope: ScopeID, _ reader: ScopeReader) throws(StoreError) {
        while true {
            guard let contents = try read(scope, reader) else { return refuse(scope) }
            if try settle(scope, contents) { return }
        }
    }

    /// - Returns: nil where there is no memory for it.
    private func read(_ scope: ScopeID, _ reader: ScopeReader) throws(StoreError) -> Contents? {
        var contents = Contents(rows: IndexRows(dimension: embedder.dimension))
        var batch = VectorBatch()
        var admission = LoadAdmission { self.makesRoom() }
        let commit = try reader.read(scope, embedder) { part, vector in
            switch part {
            case .entry(let entry):
                guard admission.admits() else { return false }
                batch.add(entry, vector)
                if batch.isFull { batch.move(to: contents.rows.index) }
            case .alias(let alias, let entry):
                guard admission.admits() else { return false }
                contents.rows.add(alias, of: entry, vector)
            case .damaged(let entry): damaged.withLock { _ = $0.insert(entry) }
            case .observation(let observation, let row, let time):
                contents.evidence.take(observation, row: row, time)
            }
            return true
        }
        guard let commit else { return nil }
        batch.move(to: contents.rows.index)
        contents.rows.index.endLoading()
        contents.commit = commit
        return contents
    }

    /// Takes in what changed while the scope was read, and puts it where it is searched.
    ///
    /// - Returns: false where it has to be read once more.
    private func settle(_ scope: ScopeID, _ contents: Contents) throws(StoreError) -> Bool {
        var contents = contents
        contents.evidence.owner = ObjectIdentifier(contents.rows.index)
        while true {
            // First, so that it is there when the scope is searched.
            evidence.put(contents.evidence, of: scope)
            switch indexes.settle(scope, contents.rows, at: clock.now) {
            case .isHere(let gate):
                metrics.countScopeLoad()
                gate.open()
                return true
            case .startsOver: return false
            case .hasNews(let changes):
                try take(changes.filter { $0.commit > contents.commit }, of: scope, into: &contents)
            }
        }
    }

    private func take(
        _ changes: [Change], of scope: ScopeID, into contents: inout Contents
    ) throws(StoreError) {
        let news = EntryNews(changes)
        let found = try store.vectors(of: Array(news.all), in: scope, embedder)
        contents.rows.take(found, replacing: news.changed)
        for entry in news.changed.subtracting(found.map(\.entry)) { contents.evidence.remove(entry) }
        for (row, observation, time) in try store.observations(news.observations) {
            contents.evidence.take(observation, row: row, time)
        }
    }

    private func refuse(_ scope: ScopeID) {
        evidence.remove(scope)
        let (gate, isNews) = indexes.giveUp(scope, until: clock.now + Int64(Limits.scopeRefusedSeconds))
        gate?.open()
        guard isNews else { return }
        log.error(
            "there is no memory for the scope \(scope.rawValue): its entries are found by their exact wording only; "
                + "allow more memory, or let fewer scopes come to one node")
    }
}

/// The entries and observations that changes of one scope are about.
struct EntryNews {
    private(set) var added: Set<EntryID> = []
    private(set) var changed: Set<EntryID> = []
    private(set) var observations: [Int64] = []

    init(_ changes: [Change]) {
        for change in changes {
            switch change.kind {
            case .added: added.insert(EntryID(rawValue: change.row))
            case .changed: changed.insert(EntryID(rawValue: change.row))
            case .observed: observations.append(change.row)
            case .tags: break
            }
        }
        added.subtract(changed)
    }

    var all: Set<EntryID> { added.union(changed) }
}

/// Vectors of one scope on their way into its index.
struct VectorBatch {
    private var entries: [Int64] = []
    private var vectors: [Float] = []

    var isFull: Bool { entries.count == Limits.vectorsPerLoadedBatch }

    mutating func add(_ entry: EntryID, _ vector: Span<Float>) {
        entries.append(entry.rawValue)
        unsafe vector.withUnsafeBufferPointer { unsafe vectors.append(contentsOf: $0) }
    }

    mutating func move(to index: VectorIndex) {
        if !entries.isEmpty { index.load(entries, vectors.span) }
        entries.removeAll(keepingCapacity: true)
        vectors.removeAll(keepingCapacity: true)
    }
}

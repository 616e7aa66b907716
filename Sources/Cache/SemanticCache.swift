package import Embedding
package import Models
import Questions
package import Store
package import Support
import Synchronization

/// The cache: finds the stored answer to a question, or has it made once and stores it.
///
/// A fault of the store, the embedder or mini turns into a miss and is counted; it is never an error of the caller's and
/// never a wrong answer.
package final class SemanticCache: Sendable {
    package struct Parts: Sendable {
        package var store: Store
        package var embedder: any Embedder
        /// Nil when no mini can be asked: then nothing is served that needs a confirmation.
        package var confirmer: Confirmer?
        /// Nil: the last question of a conversation is found by the whole conversation only.
        package var rewriter: Rewriter?
        /// Nil: answers are stored unexamined.
        package var annotator: Annotator?
        package var judge: Judge
        package var economics: Economics
        /// How long an answer stays valid; nil for ever.
        package var timeToLiveSeconds: Int64?
        package var capacity: Capacity
        /// How long a question may wait for one close to it that is under way; 0: not at all.
        package var waitSeconds: Int
        /// How long an expired answer is served while it is made anew; 0: not at all.
        package var staleSeconds: Int64
        /// What is kept of decisions.
        package var recording = DecisionRecording.none
        /// Nil: how long an answer is kept is not learned.
        package var learnedTimeToLive: LearnedTimeToLive?
        /// Whether the answers that a model made are not to be served any more.
        package var isRetired: @Sendable (_ model: String) -> Bool
        package var personalData = PersonalDataPolicy.none
        package var memoryBudget = MemoryBudget()
        /// Whether a scope comes into memory when it is asked for, and not with all others at the start; nil: where others
        /// write to the store as well.
        package var loadsScopes: Bool?
        package var clock: WallClock
        /// Uniform in 0 ..< 1: what exploration draws from.
        package var random: @Sendable () -> Double = { Double.random(in: 0..<1) }
        package var log: Log

        package init(
            store: Store, embedder: any Embedder, confirmer: Confirmer?, rewriter: Rewriter? = nil,
            annotator: Annotator? = nil, judge: Judge,
            economics: Economics,
            timeToLiveSeconds: Int64? = nil, capacity: Capacity = Capacity(), waitSeconds: Int = 0,
            staleSeconds: Int64 = 0,
            isRetired: @escaping @Sendable (_ model: String) -> Bool = { _ in false },
            clock: WallClock = .system, log: Log = .none
        ) {
            self.store = store
            self.embedder = embedder
            self.confirmer = confirmer
            self.rewriter = rewriter
            self.annotator = annotator
            self.judge = judge
            self.economics = economics
            self.timeToLiveSeconds = timeToLiveSeconds
            self.capacity = capacity
            self.waitSeconds = waitSeconds
            self.staleSeconds = staleSeconds
            self.isRetired = isRetired
            self.clock = clock
            self.log = log
        }
    }

    /// What a cache has seen and does; it outlives a change of the settings.
    final class Memory: Sendable {
        let metrics = CacheMetrics()
        let indexes: ScopeIndexes
        /// Nil: all scopes are in memory from the start on.
        let loader: ScopeLoader?
        let evidence = EvidenceBook()
        let flights = SingleFlight<FlightKey, Reply>()
        let renewals = Renewals()
        let rewritings = Rewritings()
        let lives = TagLives()
        let near = NearFlights(similarityMin: Limits.inFlightSimilarityMin)
        let texts = ReadTexts()
        let storeErrors = LogThrottle()
        let memoryErrors = LogThrottle()
        /// Whether entries are being removed for want of memory.
        let makesRoom = Atomic<Bool>(false)
        /// Whether entries were stored without a vector since `embedMissing` was last called.
        let lacksVectors = Atomic<Bool>(false)

        init(_ parts: Parts) {
            let loadsScopes = parts.loadsScopes ?? parts.store.isShared
            indexes = ScopeIndexes(dimension: parts.embedder.identity.dimension, loadsScopes: loadsScopes)
            loader = loadsScopes ? ScopeLoader(parts, indexes, evidence, lives, metrics) : nil
        }
    }

    package let parts: Parts
    let memory: Memory
    package var metrics: CacheMetrics { memory.metrics }
    package var indexes: ScopeIndexes { memory.indexes }
    package var flights: SingleFlight<FlightKey, Reply> { memory.flights }
    var evidence: EvidenceBook { memory.evidence }
    var renewals: Renewals { memory.renewals }
    var rewritings: Rewritings { memory.rewritings }
    var lives: TagLives { memory.lives }
    var near: NearFlights { memory.near }

    /// - Parameter other: a cache of the same store and embedder under other settings, whose memory this one shares.
    package init(_ parts: Parts, continuing other: SemanticCache? = nil) {
        self.parts = parts
        memory = other?.memory ?? Memory(parts)
        memory.loader?.budget.withLock { $0 = parts.memoryBudget }
    }

    /// Which queries may share one call: the same wording in the same scope, under the same rules.
    package struct FlightKey: Hashable, Sendable {
        let scope: ScopeKey
        let wording: Digest
        let directives: Query.Directives
        let mayGenerate: Bool
    }

    /// Looks a question up; *full* is not asked.
    package func lookup(_ query: Query) async -> Reply {
        let watch = Stopwatch()
        var asked = treated(query)
        if asked.directives.isShadow { return finish(await shadowed(asked), asked, watch) }
        if let reply = exact(&asked) { return finish(reply, asked, watch) }
        let query = asked
        guard query.directives.mayRead else { return finish(Reply(.none, Receipt(.miss)), query, watch) }
        do {
            let reply = try await fly(query, mayGenerate: false) { await self.similar(query) }
            return finish(reply, query, watch)
        } catch {
            // Only the caller's own cancellation ends here: `similar` does not fail.
            return finish(Reply(.none, Receipt(.miss)), query, watch)
        }
    }

    /// Looks a question up, and has it answered by `generate` when it is not there.
    ///
    /// - Parameters:
    ///   - mayBeStale: whether an answer that has expired may be served while `generate` makes a new one behind the reply.
    ///   - generate: asks the model. Called once for all identical queries under way.
    /// - Throws: what `generate` throws.
    package func ask(
        _ query: Query, mayBeStale: Bool = true, generate: @escaping @Sendable () async throws(ModelError) -> Completion
    ) async throws -> Reply {
        let watch = Stopwatch()
        var asked = treated(query)
        if asked.directives.isShadow {
            return finish(try await shadowed(asked, mayBeStale: mayBeStale, generate), asked, watch)
        }
        if let reply = exact(&asked) { return finish(reply, asked, watch) }
        let query = asked
        if mayBeStale, let reply = stale(query, generate) { return finish(reply, query, watch) }
        let reply = try await fly(query, mayGenerate: true) {
            try await self.answered(query, generate)
        }
        return finish(reply, query, watch)
    }

    /// The reply to a question whose wording is stored, and asks no model; nil when the wording is new, or when the query does
    /// not want the cache.
    ///
    /// - Parameter query: is told which entries are refused for it, where the store says so along the way.
    func exact(_ query: inout Query) -> Reply? {
        guard query.directives.mayRead else { return nil }
        do {
            let known = try parts.store.look(query.scope, key: query.key)
            query.refused = known.refused
            guard let found = known.found, isFresh(found.entry, for: query) else { return nil }
            return reply(with: found)
        } catch {
            note(storeError: error)
            return nil
        }
    }

    /// What the wording of a question leads to, where it may be served and no server has to be waited for.
    func foundAtHand(_ query: Query, at now: Timestamp) -> Found? {
        guard query.directives.mayRead else { return nil }
        do {
            let store = parts.store
            let found =
                store.isShared
                ? store.remembered(query.scope, key: query.key) : try store.look(query.scope, key: query.key).found
            guard let found, isFresh(found.entry, for: query, at: now) else { return nil }
            return found
        } catch {
            note(storeError: error)
            return nil
        }
    }

    func reply(with found: Found) -> Reply {
        var receipt = Receipt(found.wording.isAlias ? .alias : .exact)
        receipt.similarity = found.wording.isAlias ? nil : 1
        receipt.probability = 1
        return hit(found.entry, receipt)
    }

    /// The answer kept under this very wording, for work within a request: a use of the entry, but no request of its own.
    package func recall(_ query: Query) -> String? {
        var query = query
        guard let reply = exact(&query), case .cached(let entry) = reply.content else { return nil }
        parts.store.noteHit(entry.id, saved: reply.receipt.saved ?? .zero)
        return entry.answer
    }

    /// The key of a question's wording.
    package static func key(of question: String) -> Digest {
        Digest(of: CanonicalText.of(question))
    }

    func isFresh(_ entry: Entry, for query: Query) -> Bool {
        isFresh(entry, for: query, at: parts.clock.now)
    }

    private func isFresh(_ entry: Entry, for query: Query, at now: Timestamp) -> Bool {
        guard parts.store.mayServe else { return false }
        if entry.isExpired(at: now) || entry.model.map(parts.isRetired) == true { return false }
        return query.directives.maxAgeSeconds.map { entry.created + $0 >= now } ?? true
    }

    /// Completes the receipt of an entry that is served.
    func hit(_ entry: Entry, _ receipt: Receipt) -> Reply {
        var receipt = receipt
        receipt.entry = entry.id
        receipt.matched = entry.question
        receipt.saved = entry.cost.flatMap { cost in receipt.cost.map { cost - $0 } }
        return Reply(.cached(entry), receipt)
    }

    func fly(
        _ query: Query, mayGenerate: Bool, _ work: @escaping @Sendable () async throws -> Reply
    ) async throws -> Reply {
        // Two callers' vectors for one wording may differ, and who wants nothing from the cache wants no other caller's
        // answer either: such a query goes alone.
        guard query.vector == nil, query.directives.mayRead else { return try await work() }
        let key = FlightKey(
            scope: query.scope, wording: query.key, directives: query.directives,
            mayGenerate: mayGenerate)
        var (reply, joined) = try await flights.run(key, work)
        if joined {
            reply.receipt.isCollapsed = true
            reply.receipt.isStored = false
            // The call was paid for by the one who made it; this one was spared it.
            if case .generated(let completion) = reply.content { reply.receipt.saved = completion.cost }
            reply.receipt.cost = .zero
        }
        return reply
    }

    func finish(_ reply: Reply, _ query: Query, _ watch: Stopwatch) -> Reply {
        var reply = reply
        if !query.personalData.isEmpty { reply.receipt.personalData = query.personalData }
        reply.receipt.latency.total = watch.milliseconds
        let served: Entry? = if case .cached(let entry) = reply.content { entry } else { nil }
        count(reply.receipt, serving: served, milliseconds: reply.receipt.latency.total)
        // What makes room for others is chosen by its uses, so that a shadow's cache holds what a live one would.
        if let entry = reply.wouldServe { parts.store.noteHit(entry.id, saved: .zero) }
        return reply
    }

    /// - Parameters:
    ///   - milliseconds: what the request took.
    ///   - now: the time of day, where it is known.
    func count(_ receipt: Receipt, serving entry: Entry?, milliseconds: Double, at now: Timestamp? = nil) {
        if !receipt.personalData.isEmpty { metrics.countPersonalQuestion() }
        metrics.record(receipt, totalMilliseconds: milliseconds)
        if let entry { parts.store.noteHit(entry.id, saved: receipt.saved ?? .zero, at: now) }
    }

    func note(storeError error: any Error) {
        metrics.countStoreError()
        let line = memory.storeErrors.line(
            "the store failed, the question is treated as a miss: \(error)", now: parts.clock.now)
        if let line { parts.log.error(line) }
    }
}

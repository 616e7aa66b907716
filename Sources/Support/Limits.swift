/// Every limit of the service, in one place, each with its reason.
///
/// Units stand last in the names. A limit that an operator may change is only the default here.
package enum Limits {
    // MARK: Questions and answers

    /// A question's size. The embedding model reads 256 tokens, about 1.5 KB of English; the rest of a longer
    /// question would not count for the match, so a much longer text is a document, not a question.
    package static let questionBytesMax = 16 << 10
    /// A stored answer's size: 128,000 output tokens, the most a current model writes, are about 600 KB.
    package static let answerBytesMax = 1 << 20
    /// Tags of an entry, and a tag's size: labels for invalidation, not a second text.
    package static let tagsPerEntryMax = 32
    package static let tagBytesMax = 128
    /// A scope's name as the client sends it.
    package static let scopeNameBytesMax = 256

    // MARK: Embedding

    /// Tokens the model reads, markers included; all-MiniLM-L6-v2 was trained with this length.
    package static let tokensPerTextMax = 256
    /// Texts of one embedding batch: past this the products are as large as the caches and gain nothing.
    package static let textsPerBatchMax = 64
    /// Tokens computed at once by one worker, at least one text's: the products gain nothing from more, and a worker's
    /// memory, 7 MB, grows with it.
    package static let tokensPerPassMax = 512
    /// Texts waiting for an embedding worker; at 10 ms a text this is the longest wait a client would bear.
    package static let embeddingQueueTextsMax = 4_096
    /// Batches of single questions that go before an import's that waits.
    package static let embeddingPassesAheadMax = 4
    /// The widest vector accepted; the largest of the models in use has 4,096 dimensions.
    package static let embeddingDimensionMax = 8_192

    // MARK: Candidates

    /// Candidates shown to the confirmer in one call: past five, measured hits no longer grow, the price does.
    package static let candidatesPerConfirmation = 5
    /// The cosine similarity from which on a question waits for one under way: below it fewer than half ask the same.
    package static let inFlightSimilarityMin = 0.80
    /// Questions whose answers have just come that are remembered, for one that was looked up a moment too early.
    package static let landedFlightsKeptMax = 64
    /// Questions kept as they would be asked alone: some megabytes.
    package static let rewritingsKeptMax = 10_000
    /// The cosine similarity of two answers that say the same; a new answer below it takes the old one's place.
    package static let sameAnswerSimilarityMin = 0.90
    /// Tags of which it is known how long their answers hold: some megabytes.
    package static let learnedTagsMax = 10_000
    /// Of them, those that the statistics show.
    package static let learnedTagsShownMax = 20
    /// The least that is learned: an answer that changes more often is better not stored.
    package static let learnedTimeToLiveSecondsMin = 60
    /// Observations kept to learn from: at the start they are read again, 10 µs each.
    package static let observationsKeptMax = 100_000
    /// Decisions kept where they are recorded: about 150 MB.
    package static let decisionsKeptMax = 100_000
    /// Of them, the latest that other settings are tried on: each takes some microseconds a setting.
    package static let decisionsReplayedMax = 20_000
    /// Rows of one page of decisions.
    package static let decisionsPerPageMax = 1_000
    /// Candidates that the judge weighs: the rank by similarity is not that by probability, and each costs 0.01 ms.
    package static let candidatesJudgedMax = 8
    /// What guard and judge know of texts, remembered: ten thousand questions, those that many others come near to.
    package static let readTextsBytesMax = 32 << 20
    /// What one of them takes, about, and with it each byte of the text.
    package static let readTextBytes = 1_000
    package static let readTextBytesPerByte = 40
    /// Wordings that a search returns for them: several may be of one entry, and some of refused or expired ones.
    package static let wordingsPerSearchMax = 32
    /// Aliases of one entry that are also kept as vectors; more would only say again what these say.
    package static let aliasVectorsPerEntryMax = 32
    /// Candidates a search may return at most; the lookup route's `k` is bound by it.
    package static let candidatesPerSearchMax = 100

    // MARK: HTTP, incoming

    /// A request body: a chat request with long context is about 2 MB; an import batch is cut to fit.
    package static let requestBodyBytesMax = 8 << 20
    /// A chat request that is looked up on its connection's own thread, which others share: reading it takes less than a
    /// millisecond.
    package static let immediateBodyBytesMax = 64 << 10
    /// Rows of a scope that is searched there: that takes less than a millisecond as well.
    package static let rowsSearchedImmediatelyMax = 100_000
    /// Chat requests that are remembered as they were read, with the answers that were written for them: some thousand.
    package static let readRequestsBytesMax = 16 << 20
    /// A body that is too large is read past up to here, so that its client gets to read why it is refused; beyond it the
    /// connection is cut.
    package static let refusedBodyBytesMax = 64 << 20
    /// How long the next piece of such a body is waited for: as nginx's lingering_timeout.
    package static let lingerSecondsMax = 5
    /// The request line and the headers together, as Node.js bounds them; nginx takes twice as much. A connection has twice
    /// this of memory, which libmicrohttpd clears after each request: with 32 KB here that took a twentieth of a hit.
    package static let requestHeaderBytesMax = 16 << 10
    /// A request's head that its connection remembers: a client's usual one has a few hundred bytes.
    package static let rememberedHeadBytesMax = 2 << 10
    /// The request target alone: RFC 9110, section 4.1, asks for 8,000 at least.
    package static let requestTargetBytesMax = 8 << 10
    /// Tenants whose requests are counted at once: with clients' own keys anybody can make one up.
    package static let tenantBucketsMax = 100_000
    /// Open connections of a listener: each costs twice `requestHeaderBytesMax`.
    package static let connectionsMax = 10_000
    /// Connections taken in from one listener before the others have their turn.
    package static let acceptsPerTurnMax = 64
    /// How long connections wait when there is no descriptor or memory for one: somebody else has to give theirs back.
    package static let acceptPauseMilliseconds = 100
    /// Descriptors that are not for connections: the store's files, twenty, and the calls of models.
    package static let descriptorsReserved = 256
    /// Requests being worked on at once; those beyond are told to come back (503 with Retry-After).
    package static let requestsInFlightMax = 1_024
    /// A connection that says nothing for so long is closed.
    package static let connectionIdleSecondsMax = 75
    /// How long SIGTERM waits for the requests under way: systemd kills after 90 s.
    package static let drainSecondsMax = 30
    /// Rows of one page of a listing.
    package static let entriesPerPageMax = 1_000
    /// A page of a listing as a command reads it: the rows it asks for with the largest answers, and room to spare.
    package static let entriesPageBytesMax = 512 << 20
    /// A call of a remote embedder for one batch.
    package static let embeddingCallSecondsMax = 30
    /// Refused wordings that are shown of one entry: more than a person reads.
    package static let refusalsShownMax = 200
    /// Scopes that a search by meaning looks through, the latest: each conversation can make one of its own.
    package static let scopesPerLikenessMax = 2_000
    /// Changes by hand that can be taken back, for how long, and the memory that they may take together: a person notices
    /// a slip within minutes, and what was forgotten should not be kept for longer.
    package static let undosMax = 200
    package static let undoSecondsMax = 600
    package static let undoBytesMax = 32 << 20
    /// The latest answers with their receipts, in memory: what a person looks through, a megabyte at most.
    package static let recentAnswersMax = 500
    /// Those answered at once among them: more would push out within seconds what there is to look at.
    package static let recentHitsPerSecondMax = 50
    /// A question as it is kept there.
    package static let recentQuestionBytesMax = 2 << 10
    /// Lines of one import request; a batch's embedding takes about a second.
    package static let importLinesPerRequestMax = 256
    /// Rows of a trial import, each of which is compared with all before it in one request: a large FAQ, in a minute.
    package static let trialLinesMax = 5_000
    /// An import request is sent once it has so many bytes: with one more line it is still below a request's limit.
    package static let importBatchBytesMax = 4 << 20
    /// A line of an import file: a question, an answer, tags.
    package static let importLineBytesMax = 2 << 20

    // MARK: HTTP, outgoing

    /// An upstream response held in memory.
    package static let upstreamBodyBytesMax = 16 << 20
    /// An upstream response's head; servers bound theirs at 8 to 64 KB.
    package static let upstreamHeaderBytesMax = 128 << 10
    /// What a streamed response holds for a client that lags: some seconds of a model's output.
    package static let upstreamStreamBytesMax = 64 << 10
    /// One server-sent event of an upstream: a chunk is some hundred bytes, with an image or audio in it some megabytes.
    package static let upstreamEventBytesMax = 4 << 20
    /// What may still come behind a stream's end mark; after this the connection is given up.
    package static let upstreamStreamTailMillisecondsMax = 1_000
    /// Transfers under way at once; further ones wait.
    package static let upstreamTransfersMax = 256
    /// Connecting to an upstream.
    package static let upstreamConnectSecondsMax = 10
    /// A whole call of *full*; the official clients wait 600 s.
    package static let fullSecondsMax = 600
    /// A whole call of *mini*: it writes a short answer, in seconds; past a minute it will not come.
    package static let miniSecondsMax = 60
    /// A confirmation: after this, a miss is cheaper than the wait.
    package static let confirmSecondsMax = 8
    /// Tries of one upstream call in total; the client above us retries as well.
    package static let upstreamTriesMax = 2
    /// Failures in a row after which an upstream is left alone: more than one burst of a restart, less than a minute of
    /// callers that wait in vain.
    package static let upstreamFailuresMax = 8
    /// How long it is left alone before one call tries again.
    package static let upstreamPauseSeconds = 10
    /// How long a model's name that upstream does not know is passed over for the role's next one.
    package static let modelGoneSecondsMax = 3_600
    /// A Retry-After beyond this is handed to the client instead of being waited for.
    package static let retryAfterSecondsMax = 5

    // MARK: Plans

    /// A plan's file: instructions are a page each, examples some pages.
    package static let planFileBytesMax = 256 << 10
    /// Steps of one plan: more are a program, not a plan.
    package static let planStepsMax = 64
    /// Elements of a list over which a step fans out: a document of 256 parts of 4,000 tokens is the longest context.
    package static let planPartsMax = 256
    /// Calls of one step that are under way at once, so that a run leaves transfers to others.
    package static let planCallsAtOnceMax = 8
    /// Further tries of one step.
    package static let planRetriesMax = 3
    /// The most that a current model writes in one answer.
    package static let planOutputTokensMax = 128_000
    /// A run's whole time.
    package static let planSecondsMax = 3_600
    /// Runs kept of one plan for one tenant: what a person would look back at, at some tens of kilobytes each.
    package static let planRunsKeptMax = 1_000
    /// What all runs hold together: past it the oldest go, so that long documents do not fill the disk.
    package static let planRunBytesMax = 512 << 20
    /// How long a run is kept: a month's bill and its questions are over by then, and its texts may be of people.
    package static let planRunDaysMax = 30
    /// Rows of one page of runs.
    package static let planRunsPerPageMax = 200
    /// Texts of one list that are put into groups: each is compared with every group.
    package static let planTextsPerGroupingMax = 5_000
    /// Entries that a job looks at in one read of the store.
    package static let planJobEntriesPerPage = 200
    /// What one run over a file reads of it: some eight calls of a plan that cuts it into parts of 2,000 tokens.
    package static let planJobPieceBytesMax = 64 << 10
    /// The lines before one that gets a run of its own: what led to it stands there.
    package static let planJobContextLines = 20
    /// How often it is looked whether a job is due; a job's own period is longer.
    package static let planJobCheckSeconds = 10
    /// The part of an input that mini sees to say what it is about: its subject shows in the first pages.
    package static let classifiedInputBytesMax = 16 << 10
    /// Examples of one step: each is paid for with every call.
    package static let planExamplesMax = 16

    // MARK: JSON

    /// Nesting of a JSON text: a tool schema nests about 20 deep.
    package static let jsonDepthMax = 64

    // MARK: Store

    /// Tries to lock the data directory, and the pause between them: half a second for a process that is about to end.
    package static let lockTries = 50
    package static let lockPauseMilliseconds = 10
    /// Writes grouped into one commit: one fsync for many writers, while a commit stays a few milliseconds.
    package static let writesPerCommitMax = 256
    /// Writes waiting for the writer; those beyond are refused, the answer is still served.
    package static let writeQueueMax = 16_384
    /// Reader connections kept open: a read takes microseconds, so few meet; each costs a page cache of 2 MB.
    package static let storeReaders = 4
    /// Connections to a store's server for reads, and threads that may wait for one: with a round trip of half a
    /// millisecond they do some 30,000 a second.
    package static let storeServerReaders = 16
    /// How long a server may work on one short read, and, twice as long, be silent: a lookup then becomes a miss.
    package static let storeReadMillisecondsMax = 2_000
    /// How long a server may be silent while it writes or is about to send the next row of a scan.
    package static let storeWriteMillisecondsMax = 60_000
    package static let storeConnectSecondsMax = 2
    /// While a server is away, a connection is tried so often; what comes between fails at once.
    package static let storeRetryMilliseconds = 500
    /// Statements sent to a server before their outcomes are read: they wait in memory on both sides.
    package static let statementsPerPipelineMax = 256
    /// Rows that one statement puts in, a power of two: with more, what is done once a statement is nothing beside what is
    /// done for each row.
    package static let rowsPerStatementMax = 64
    /// Entries whose size stands for that of all where a server cannot say how much is in use.
    package static let entriesSampledForSize = 1_000
    /// Entries that are remembered as they were found: some ten thousand of a FAQ's, beside the pages that SQLite holds.
    package static let rememberedFoundBytesMax = 16 << 20
    /// Entries that are remembered as candidates: as many.
    package static let rememberedEntriesBytesMax = 16 << 20
    /// What one of them takes beside its texts, about.
    package static let rememberedEntryBytes = 600
    /// Aliases' texts and scopes' numbers that are remembered: some ten thousand each.
    package static let rememberedAliasTextsBytesMax = 2 << 20
    package static let rememberedScopesBytesMax = 4 << 20
    /// What a wording takes of the filter that knows which ones the store has: with 16 bits, and four of them set, one new
    /// wording in 400 is taken for a known one.
    package static let knownWordingBytes = 2
    /// For a million; and for 128 million, of which there are few that fit on one machine.
    package static let knownWordingsBytesMin = 2 << 20
    package static let knownWordingsBytesMax = 256 << 20
    /// Entries of which it is remembered which commit changed them last; with more, all count as changed.
    package static let changedEntriesRememberedMax = 65_536
    /// Hits are written at most so late; a restart loses no more of them than this.
    package static let hitFlushMillisecondsMax = 1_000
    /// Entries whose hits wait to be written; the hits of others are dropped until then.
    package static let hitEntriesPendingMax = 65_536
    /// The writer's page cache. It has to hold the index of wordings, about 50 bytes an entry, in no order.
    package static let writerCacheBytesMax = 32 << 20
    /// The log grows to so many pages (8 MB) before they are copied into the database: a read looks a page up in
    /// the log first, and a restart after a crash reads all of it.
    package static let walPagesMax = 1_000
    /// Entries removed in one commit: a few milliseconds' work, so that other writes get their turn.
    package static let removalsPerCommitMax = 1_000
    /// Inserts of one batch in one commit: wordings lie in the order of their digests, so each insert touches a page
    /// of its own, and the more of them share a commit the fewer pages are written.
    package static let insertsPerCommitMax = 256
    /// Pages given back to the file system after one commit, when a quarter of the file is unused.
    package static let vacuumPagesPerCommitMax = 128
    /// Damaged rows remembered, so that each is counted and logged once.
    package static let corruptRowsRememberedMax = 10_000
    /// Rows of a store that is counted for every scrape: a few milliseconds.
    package static let rowsCountedEveryTime = 100_000
    /// How long a connection waits for a lock of another process: only an offline command can hold one.
    package static let storeBusyMillisecondsMax = 5_000

    // MARK: Memory

    /// What is kept free below a limit of the system's: requests of some megabytes each, a fit of the index, a batch of
    /// the embedder.
    package static let memoryReserveBytes = 96 << 20
    /// What an entry takes of the index: its vector, its codes, its place in two tables.
    package static func indexBytesPerRow(dimension: Int) -> Int { 4 * dimension + dimension / 3 + 120 }
    /// Entries whose vectors one thread reads at a time at the start: a tenth of a second's work.
    package static let entriesPerLoadedPart: Int64 = 32_768
    /// Such parts of one start: each opens the store once.
    package static let loadedPartsMax: Int64 = 64
    /// Vectors that go into an index together at the start: half a megabyte.
    package static let vectorsPerLoadedBatch = 256
    /// Vectors read at the start between two looks at the memory: some megabytes.
    package static let vectorsPerMemoryCheck = 4_096

    // MARK: Configuration

    /// The configuration file: a hundred prices are about 10 KB.
    package static let configurationBytesMax = 1 << 20
    /// The file that holds an API key: keys have up to a few hundred characters.
    package static let secretFileBytesMax = 1 << 20
}

/// Bounds of what measures and tries.
extension Limits {
    // MARK: Ledger

    /// How long sums are kept in memory before they are written; a crash loses no more of them than this.
    package static let ledgerFlushMillisecondsMax = 1_000
    /// Rows of requests and of calls written at one flush; further ones are dropped and counted. A row takes the writer
    /// some 30 µs, so that at full load the rows take it some hundredths of a second every second.
    package static let ledgerRowsPendingMax = 512
    /// Rows of requests and of calls kept, each: about 500 MB.
    package static let ledgerRowsMax = 2_000_000
    /// Kinds of requests or calls summed up apart in one hour; the scopes and models of further ones, which clients
    /// name, are summed up together. Ten kinds an hour are some 100,000 rows a year.
    package static let ledgerKindsPerHourMax = 2_000
    /// Labels, with each outcome, summed up apart in one hour; further ones are summed up by their keys.
    package static let ledgerLabelsPerHourMax = 2_000
    /// Labels of one request, and their sizes: names of tickets and sessions, not texts.
    package static let labelsPerRequestMax = 8
    package static let labelKeyBytesMax = 64
    package static let labelValueBytesMax = 128
    /// A name that a client gives as a model, as far as the ledger keeps it.
    package static let ledgerNameBytesMax = 256
    /// A rating's comment.
    package static let ratingCommentBytesMax = 4_096

    // MARK: Audits

    /// Audits under way at once: they are to leave the upstream to those who wait for an answer.
    package static let auditsInFlightMax = 2
    /// An answer that is compared with another: some thousand words, of which mini sees two.
    package static let auditAnswerBytesMax = 16 << 10
    /// Audits before the error target in force is changed.
    package static let auditsToJudgeMin = 20
    /// How often the error target is halved: a sixty-fourth of it is below any target that makes sense.
    package static let auditLevelsMax = 6
    /// How long an audit counts after a restart: traffic and models are others by then.
    package static let auditDaysRemembered = 30

    // MARK: Traces

    /// Spans that wait to be sent: some seconds of a busy service, about 1 KB each.
    package static let spansPendingMax = 8_192
    /// Spans of one request to the collector: about 500 KB of JSON.
    package static let spansPerRequestMax = 512
    /// How long spans wait for others, as OpenTelemetry's own exporters have it.
    package static let spanDelayMillisecondsMax = 5_000
    /// A request to the collector.
    package static let spanRequestSecondsMax = 10

    // MARK: Experiments

    /// An experiment's name and a variant's: they stand in every row of their requests.
    package static let experimentNameBytesMax = 64
    /// Variants of one experiment, the holdout among them: with more, none gets traffic enough to be told from the rest.
    package static let experimentVariantsMax = 16
    /// Ratings that are still called a number to wait for.
    package static let experimentRatingsMax = 10_000_000

    // MARK: Evaluation

    /// Requests of one replay drawn by chance: hours of work already.
    package static let benchRequestsMax = 10_000_000
}

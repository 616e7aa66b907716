/// What holds where several nodes share a store.
extension Limits {
    /// How long a node may serve what it remembers after it last heard from the store: whoever forgets an entry waits at
    /// most so long, and a bit, for a node that is cut off.
    package static let nodeLeaseMilliseconds = 4_000
    /// By how much two clocks of the store's servers may differ, and a reply be under way when its node's lease ends.
    package static let nodeLeaseSlackMilliseconds = 2_000
    /// How long a node is waited for that says nothing: its lease has ended by then.
    package static let nodeSilenceMilliseconds = nodeLeaseMilliseconds + nodeLeaseSlackMilliseconds
    /// Renewing takes a small write of the store; a lease outlives three renewals that are late.
    package static let nodeRenewalMilliseconds = 1_000
    /// How often the store is asked for commits where it does not tell of them: 100 ms leave half of what a store may take
    /// to be visible everywhere.
    package static let feedPollMilliseconds = 100
    /// Changes read at once.
    package static let changesPerReadMax = 4_096
    /// A node that was cut off for less than this goes on where it was; after that it reads everything anew.
    package static let changesKeptMinutes = 10
    /// Changes kept for nodes that are cut off: 100 MB of the store.
    package static let changesKeptMax = 1_000_000
    /// Commits whose changes are removed at once.
    package static let commitsTrimmedAtOnce = 5_000
    /// How long a node that is gone is remembered, for the case that it is not.
    package static let nodeKeptHours = 24
    /// What a node that has stopped in the middle of a transaction holds up all others by.
    package static let transactionIdleMillisecondsMax = 5_000
    /// How long a writer waits for those of other nodes: longer than one that has stopped is waited for.
    package static let writersTurnMillisecondsMax = 15_000
    /// Between two looks at whether all nodes know of a commit.
    package static let acknowledgementPauseMilliseconds = 5
    /// Between two tries to learn what became of a commit whose connection broke.
    package static let doubtPauseMilliseconds = 500
    /// How long a question is on its way until it asks once more what was refused for it.
    package static let refusalsKnownMillisecondsMax = 50
    /// How long a question waits for another node that is having it answered: what *full* may take for a long answer.
    package static let nodeFlightSecondsMax = 60
    /// Between two looks at whether that node is done.
    package static let nodeFlightPauseMilliseconds = 40
}

/// Bounds of what a node holds of a store that others write to as well.
extension Limits {
    /// How long a question waits for its scope to come into memory; past it a miss is cheaper than the wait. A scope of
    /// 100,000 entries takes less.
    package static let scopeWaitMillisecondsMax = 2_000
    /// Scopes read at once, each on a connection and a thread: a large one is not to hold up all others.
    package static let scopesReadAtOnceMax = 4
    /// How long a thread that reads them waits for the next one before it gives its connection back.
    package static let scopeReaderIdleSecondsMax = 5
    /// A scope that nobody has asked for so long is dropped from memory: conversations are over by then.
    package static let scopeIdleSecondsMax = 600
    /// A scope asked for within so long does not make room for another one: two large ones would drive each other out with
    /// every question.
    package static let scopeBusySeconds = 10
    /// When a scope that there was no memory for is tried again.
    package static let scopeRefusedSeconds = 60
    /// Entries or observations whose changes are read together: of observations each is a parameter, bound whether it is
    /// needed or not.
    package static let changesPerRead = 64
    /// Up to so many entries between two that have changed are read with them: another statement takes as long.
    package static let entriesPassedOverMax: Int64 = 8
}

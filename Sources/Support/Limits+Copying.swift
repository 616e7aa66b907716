/// What bounds the copying of a store into another.
extension Limits {
    /// Rows that a copy of a store reads and writes in one step; each may hold an answer of a megabyte.
    package static let rowsPerCopyStep = 256
    /// Keys with checksums that a copy reads at once while it compares: a few milliseconds of a file's daemon's time.
    package static let keysPerCopyStep = 4_096
    /// Rows that a copy reads by their keys with one statement: few enough for a server to plan it quickly.
    package static let keysPerCopyRead = 16
    /// A pass over a store in use that brings over so few rows is the last one: the next would find as many again.
    package static let copyRowsFew = 1_000
    /// Passes at most: over a store that changes faster than it is compared, more would not get nearer.
    package static let copyPassesMax = 6
}

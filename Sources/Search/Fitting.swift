/// When the sieve is fitted to the rows.
enum Fitting {
    /// By itself, on a thread of its own, as rows are added.
    case inBackground
    /// Only by `VectorIndex.fit`.
    case onDemand

    /// Rows below which scoring all of them, a quarter of a millisecond at most, is cheap, and the axes, 200 KB, would
    /// weigh on each row.
    static let rowsMin = 4_096
    /// Added or replaced rows for each one at the last fit: a growing index is fitted at 4,096, 16,384, 65,536 … rows,
    /// which encodes each row 1.33 times on the average.
    static let changesPerRow = 3
    /// Rows of a sample: ten for each coordinate at 384 dimensions, 6 MB while a fit lasts.
    static let sampleRowsMax = 4_096
    /// Fewer dimensions are compared faster whole; for more, finding the axes takes minutes.
    static let dimensions = 32...3_072
    /// Rows encoded at a time while a generation spreads, and rows that may be left for the last step under the lock.
    static let rowsPerStep = 64
    static let rowsPerLastStep = 4
}

/// Where each row stands, and how far the rows have changed since the sieve was fitted to them.
struct Directory {
    var rowOfID: [Int64: Int32] = [:]
    /// The newest generation; new blocks begin with it.
    private(set) var sieve: Sieve?
    private let fitting: Fitting
    private let dimension: Int
    private var changesSinceFit = 0
    private var changesUntilFit: Int
    private(set) var isFitting = false
    /// While a start reads its rows no generation is fitted: each would encode all rows again.
    var isLoading = false

    init(fitting: Fitting, dimension: Int) {
        self.fitting = fitting
        self.dimension = dimension
        changesUntilFit = Fitting.rowsMin
    }

    var count: Int { rowOfID.count }

    /// Counts an added or replaced row.
    ///
    /// - Returns: whether a generation should be fitted now; true once until `fitEnded`.
    mutating func noteChange() -> Bool {
        noteChanges(1)
    }

    mutating func noteChanges(_ count: Int) -> Bool {
        changesSinceFit += count
        guard !isLoading, case .inBackground = fitting, Fitting.dimensions.contains(dimension), !isFitting,
            self.count >= Fitting.rowsMin, changesSinceFit >= changesUntilFit
        else { return false }
        isFitting = true
        return true
    }

    mutating func begin(_ generation: Sieve) {
        sieve = generation
    }

    /// The next fit is due when the rows have changed so much that most of them are new.
    mutating func fitEnded() {
        isFitting = false
        changesSinceFit = 0
        changesUntilFit = max(Fitting.rowsMin, count * Fitting.changesPerRow)
    }
}

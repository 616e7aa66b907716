import Support

/// Which of the vectors that are read there is memory for.
struct LoadAdmission {
    private let hasRoomNow: () -> Bool
    private var visited = 0
    private var hasRoom = true
    private(set) var refused = 0

    /// - Parameter hasRoom: looks at the memory; asked now and then.
    init(_ hasRoom: @escaping () -> Bool) {
        hasRoomNow = hasRoom
    }

    init(_ budget: MemoryBudget) {
        self.init { budget.tightest.map { $0.room > 0 } ?? true }
    }

    mutating func admits() -> Bool {
        if visited % Limits.vectorsPerMemoryCheck == 0 { hasRoom = hasRoomNow() }
        visited += 1
        if !hasRoom { refused += 1 }
        return hasRoom
    }
}

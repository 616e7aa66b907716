package import Support

/// One request, as the ledger keeps it for some days.
package struct RequestRow: Hashable, Sendable {
    package var time: Timestamp
    /// Its `x-request-id`.
    package var request = ""
    package var dimensions = RequestDimensions()
    package var labels: [Label] = []
    /// The entry served, or stored.
    package var entry: EntryID?
    /// What mini said, if it was asked.
    package var verdict: String?
    package var latency = Latency()
    /// What it would have cost with *full* only; nil when that is unknown.
    package var fullCost: Money? = .zero
    /// Whether that is an estimate: no call of *full* was made for this answer.
    package var isFullEstimated = false
    /// What the calls made for it cost, as far as it is known.
    package var spent = Money.zero
    /// Calls that may have cost something, of which it is not known what.
    package var spentUnknown = 0
    package var isCollapsed = false
    package var isStored = false
    /// Whether a plan answered it that called *full*.
    package var isEscalated = false

    /// Microseconds spent in each stage; nil for a stage that was not reached.
    package struct Latency: Hashable, Sendable {
        package var embed: Int64?
        package var search: Int64?
        package var confirm: Int64?
        package var upstream: Int64?
        package var total: Int64 = 0

        package init() {}
    }

    package init(time: Timestamp) {
        self.time = time
    }
}

/// What a client says that a request belongs to: `ticket=123`.
package struct Label: Hashable, Sendable {
    package var key: String
    package var value: String

    package init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }

    /// A line each, `key=value`, as the tables hold them: neither may hold a line's end.
    static func text(_ labels: [Label]) -> String {
        labels.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
    }

    static func labels(_ text: String) -> [Label] {
        text.split(separator: "\n").map { line in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Label(String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
    }
}

/// Whose request a call was made for.
package struct CallOrigin: Hashable, Sendable {
    package var tenant = ""
    package var scope = ""
    package var plan = ""
    package var variant = ""
    package var labels: [Label] = []

    package init() {}
}

/// What the ledger writes at once: sums, which are added to those that are there, and rows.
package struct LedgerBatch: Sendable {
    package var requestSums: RollUp<RequestDimensions> = [:]
    package var callSums: RollUp<CallDimensions> = [:]
    package var labelRequestSums: RollUp<LabelRequestDimensions> = [:]
    package var labelCallSums: RollUp<LabelCallDimensions> = [:]
    package var requests: [RequestRow] = []
    package var calls: [(call: Call, origin: CallOrigin)] = []

    package init() {}

    package var isEmpty: Bool { requestSums.isEmpty && callSums.isEmpty }
}

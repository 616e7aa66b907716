package import Support

/// A run's number: grows with every run, never used again.
package struct PlanRunID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    package static func < (left: PlanRunID, right: PlanRunID) -> Bool { left.rawValue < right.rawValue }
}

/// A run of a plan as it is kept; what its texts hold is its owner's business.
package struct PlanRunRow: Hashable, Sendable {
    package enum Status: String, Sendable, CaseIterable {
        case running
        /// For a person's choice.
        case waiting
        case completed, failed, cancelled
        /// Its process ended before it did.
        case interrupted
    }

    /// Zero before it is stored.
    package var id = PlanRunID(rawValue: 0)
    package var tenant: String
    package var plan: String
    package var status = Status.running
    package var created: Timestamp
    package var updated: Timestamp
    /// The entry that it is about; may be gone by now.
    package var entry: EntryID?
    /// The plan's text: a run goes on with the plan that it began with.
    package var definition: String
    /// What it was asked for.
    package var request: String
    /// What came of it; nil before its end.
    package var result: String?

    package init(
        tenant: String, plan: String, created: Timestamp, entry: EntryID? = nil, definition: String, request: String
    ) {
        self.tenant = tenant
        self.plan = plan
        self.created = created
        updated = created
        self.entry = entry
        self.definition = definition
        self.request = request
    }
}

extension PlanRunRow {
    init(_ row: borrowing Row) {
        id = PlanRunID(rawValue: row.integer(0))
        tenant = row.text(1)
        plan = row.text(2)
        status = Status(rawValue: row.text(3)) ?? .interrupted
        created = Timestamp(milliseconds: row.integer(4))
        updated = Timestamp(milliseconds: row.integer(5))
        entry = row.optionalInteger(6).map(EntryID.init(rawValue:))
        definition = row.text(7)
        request = row.text(8)
        result = row.optionalText(9)
    }

    var values: [Value] {
        [
            .integer(id.rawValue), .text(tenant), .text(plan), .text(status.rawValue), .integer(created.milliseconds),
            .integer(updated.milliseconds), .optional(entry?.rawValue), .text(definition), .text(request),
            .optional(result),
        ]
    }
}

extension PlanRunRow.Status {
    /// Whether nothing will come of it unless somebody asks.
    package var isOver: Bool { self != .running && self != .waiting }
}

package import Store

/// A stored wording that was asked for, and all that its receipt says but the time it took.
package final class ExactHit: Sendable {
    package let entry: Entry
    package let receipt: Receipt
    private let found: Found

    init(_ found: Found, _ receipt: Receipt) {
        self.found = found
        self.receipt = receipt
        entry = found.entry
    }

    /// Whether a query that found something has this hit: the same was found, and the receipt says no more of a query than
    /// what of a person is in it.
    func isThat(of found: Found, _ query: borrowing Query) -> Bool {
        self.found === found && receipt.personalData == query.personalData
    }

    /// As other replies are, with the time that it took this time.
    package func reply(milliseconds: Double) -> Reply {
        var receipt = receipt
        receipt.latency.total = milliseconds
        return Reply(.cached(entry), receipt)
    }
}

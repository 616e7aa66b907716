import Cache
import JSON

/// A receipt as a header carries it, but for the time that the request took, which is new each time.
struct WrittenReceipt: Sendable {
    private let receipt: Receipt
    private let beforeTime: String
    private let afterTime: String

    /// - Returns: nil when the receipt is not of the form that can be used again.
    init?(_ receipt: Receipt) {
        self.receipt = WrittenReceipt.timeless(receipt)
        let pieces = JSONValue.object(self.receipt.headerJSON).text.split(
            separator: WrittenReceipt.time + "0", omittingEmptySubsequences: false)
        guard pieces.count == 2 else { return nil }
        beforeTime = pieces[0] + WrittenReceipt.time
        afterTime = String(pieces[1])
    }

    /// The text of a receipt; nil where it differs in more than the time.
    func text(of receipt: Receipt) -> String? {
        guard WrittenReceipt.timeless(receipt) == self.receipt else { return nil }
        let time = JSONValue.rounded(receipt.latency.total, places: 3).text
        var text = ""
        text.reserveCapacity(beforeTime.utf8.count + time.utf8.count + afterTime.utf8.count)
        text += beforeTime
        text += time
        text += afterTime
        return text
    }

    private static let time = #""total":"#

    private static func timeless(_ receipt: Receipt) -> Receipt {
        var receipt = receipt
        receipt.latency.total = 0
        return receipt
    }
}

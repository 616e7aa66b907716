import Cache
import HTTP
import JSON
import Store
import Support

/// The response to a hit as it is written, but for what is new each time: an id, the time of day, the time it took.
final class WrittenHit: Sendable {
    let hit: ExactHit
    private let body: WrittenChat
    private let entry: String
    private let saved: String?
    /// The receipt before and after the time that the request took.
    private let receipt: (start: String, end: String)

    /// - Returns: nil when the receipt is not of the form that can be used again.
    init?(_ hit: ExactHit, _ body: WrittenChat) {
        let pieces = JSONValue.object(hit.receipt.headerJSON).text.split(
            separator: WrittenHit.time + "0", omittingEmptySubsequences: false)
        guard pieces.count == 2 else { return nil }
        receipt = (pieces[0] + WrittenHit.time, String(pieces[1]))
        self.hit = hit
        self.body = body
        entry = String(hit.entry.id.rawValue)
        saved = hit.receipt.saved.map { JSONValue.dollars($0).text }
    }

    private static let time = #""total":"#

    /// What `Headers.describe` and the plain way of writing come to.
    func response(milliseconds: Double, now: Timestamp) -> Response {
        var headers = Headers()
        // With what is added to every response.
        headers.reserveCapacity(8)
        headers.add("Content-Type", "application/json")
        headers.add("Cache-Status", Headers.cacheStatus(hit.entry, hit.receipt, now: now))
        headers.add("Age", Headers.age(hit.entry, now: now))
        headers.add("Refrain-Entry", entry)
        if let saved { headers.add("Refrain-Saved-USD", saved) }
        headers.add("Refrain-Receipt", receiptText(milliseconds: milliseconds))
        return Response(200, headers: headers, body: .bytes(body.bytes(now: now)))
    }

    func receiptText(milliseconds: Double) -> String {
        let time = WrittenHit.text(milliseconds: milliseconds)
        var text = ""
        text.reserveCapacity(receipt.start.utf8.count + time.utf8.count + receipt.end.utf8.count)
        text += receipt.start
        text += time
        text += receipt.end
        return text
    }

    /// A time as `JSONValue.rounded` writes it to three places, in a fraction of the time.
    static func text(milliseconds: Double) -> String {
        // Up to here the shortest way to write a number of thousandths is to write their digits.
        let limit = 1_000_000_000
        guard let thousandths = Int(exactly: (milliseconds * 1_000).rounded()), (0..<limit).contains(thousandths) else {
            return JSONValue.rounded(milliseconds, places: 3).text
        }
        var (whole, rest) = thousandths.quotientAndRemainder(dividingBy: 1_000)
        if rest == 0 { return String(whole) }
        var places = 3
        while rest % 10 == 0 { (rest, places) = (rest / 10, places - 1) }
        let digits = String(rest)
        var text = String(whole)
        text += "."
        for _ in digits.utf8.count..<places { text += "0" }
        text += digits
        return text
    }
}

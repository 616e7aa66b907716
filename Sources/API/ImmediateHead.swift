import Cache
import HTTP
import Ledger
import Store
import Support

/// What a service concludes from a request's head for the answer that it may have at hand: who asks, which route it is,
/// what the headers say.
///
/// All of it follows from the head and from the settings of the service, so it is kept with the head and holds for the
/// connection's next request with the same one. How often somebody asks, what time it is, and what the cache knows are
/// none of it.
final class ImmediateHead: Sendable {
    /// Of the service that has concluded it: under other settings there is another.
    let service: Int
    /// Nil where the request has to go the longer way, where it also is told what is wrong with it.
    let handler: Router.ImmediateHandler?
    /// Whose requests it counts among; nil: nobody's.
    let tenant: String?
    /// What the ledger keeps of it; nil: nothing.
    let row: RequestRow?
    /// Nil where a header is not as it should be, or the request is not for the cache.
    let use: CacheUse?

    init(
        service: Int, _ handler: Router.ImmediateHandler?, tenant: String? = nil, row: RequestRow? = nil,
        use: CacheUse? = nil
    ) {
        self.service = service
        self.handler = handler
        self.tenant = tenant
        self.row = row
        self.use = use
    }
}

/// A request whose answer may be at hand.
struct ImmediateCall {
    let request: Request
    let head: ImmediateHead
    /// When it came.
    let time: Timestamp
    let account: RequestAccount?
    let note: AnswerNote?

    /// Says what was found.
    func take(_ hit: ExactHit, milliseconds: Double) {
        account?.change { row in
            row.take(hit.receipt)
            row.take(hit.entry)
        }
        note?.take(hit.reply(milliseconds: milliseconds))
    }

    /// Does what finds the request's account and its note as a task would.
    func asTask<Result>(_ work: () -> Result) -> Result {
        RequestAccount.$current.withValue(account) {
            guard let note else { return work() }
            return AnswerNote.$current.withValue(note) { work() }
        }
    }
}

import Cache
import HTTP
import Ledger
import Store
import Support
import Synchronization

/// One question on its way, and what became of it: for people who want to know why.
///
/// It goes with the task that answers the request; a streamed answer's receipt comes after the response's head.
final class AnswerNote: Sendable {
    @TaskLocal static var current: AnswerNote?

    struct Content: Sendable {
        /// Nil where the request is not to be kept anywhere, or has no question.
        var question: String?
        var scope = ""
        /// Nil while the answer is being made, or where it failed.
        var receipt: Receipt?
    }

    let tenant: String
    let route: String
    let time: Timestamp
    private let policy: PersonalDataPolicy
    private let state = Mutex(Content())

    init(_ account: RequestAccount, _ request: Request, _ policy: PersonalDataPolicy) {
        self.policy = policy
        tenant = account.tenant
        route = request.path
        time = account.time
    }

    var content: Content { state.withLock { $0 } }
    var isKept: Bool { state.withLock { $0.question != nil } }

    func take(_ query: Query) {
        guard query.directives.mayStore else { return }
        state.withLock {
            $0.question = policy.shown(query.question).cut(toBytes: Limits.recentQuestionBytesMax)
            $0.scope = query.scope.name
        }
    }

    func take(_ reply: Reply) { state.withLock { $0.receipt = reply.receipt } }
}

/// The latest questions with their receipts: in memory alone, gone with the process.
final class RecentAnswers: Sendable {
    struct Answer: Sendable {
        let number: Int
        let request: String
        let note: AnswerNote
    }

    private struct State {
        var answers: [Answer] = []
        var last = 0
        var second: Int64 = 0
        var hitsThisSecond = 0
    }

    private let state = Mutex(State())

    /// Whether one more exact hit is kept in this second: when there are many, the others would not be seen for them.
    func hasRoomForHit(at time: Timestamp) -> Bool {
        state.withLock { state in
            if state.second != time.seconds { (state.second, state.hitsThisSecond) = (time.seconds, 0) }
            state.hitsThisSecond += 1
            return state.hitsThisSecond <= Limits.recentHitsPerSecondMax
        }
    }

    /// Keeps a note that has a question, under the id that its response goes out with.
    func add(_ note: AnswerNote, request: String) {
        guard note.isKept else { return }
        state.withLock { state in
            state.last += 1
            // In one go for many, for an array moves what is behind.
            if state.answers.count >= 2 * Limits.recentAnswersMax {
                state.answers.removeFirst(Limits.recentAnswersMax)
            }
            state.answers.append(Answer(number: state.last, request: request, note: note))
        }
    }

    /// The latest first, of a tenant.
    ///
    /// - Parameter before: only older ones than that number.
    func list(tenant: String, before: Int?, limit: Int, where isWanted: (Receipt?) -> Bool) -> [Answer] {
        let answers = state.withLock { $0.answers.suffix(Limits.recentAnswersMax) }
        var wanted: [Answer] = []
        for answer in answers.reversed() where answer.note.tenant == tenant && answer.number < before ?? .max {
            if wanted.count == limit { break }
            if isWanted(answer.note.content.receipt) { wanted.append(answer) }
        }
        return wanted
    }
}

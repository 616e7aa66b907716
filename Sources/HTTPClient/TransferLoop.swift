import CCurl

/// The transfer thread's work: takes orders, keeps at most so many under way, hands results back.
///
/// Only the thread that runs it touches it; what others have to say comes through the mailbox.
final class TransferLoop {
    private let mailbox: Mailbox
    private let transfersMax: Int
    private let userAgent: String
    private var waiting: [Order] = []
    private var running: [Int: Transfer] = [:]

    init(mailbox: Mailbox, transfersMax: Int, userAgent: String) {
        self.mailbox = mailbox
        self.transfersMax = transfersMax
        self.userAgent = userAgent
    }

    /// Returns when the client is closed.
    func run() {
        while true {
            let (messages, isOpen) = mailbox.take()
            for message in messages { handle(message) }
            guard isOpen else { break }
            dropExpired()
            startWaiting()
            mailbox.multi.perform()
            while let (id, code) = mailbox.multi.nextFinished() { end(id) { $0.finish(code) } }
            // The places that have just become free.
            startWaiting()
            // A handle just added makes this return at once, and so does a message left in the meantime.
            mailbox.multi.poll(milliseconds: pollMilliseconds())
        }
        for order in waiting { order.continuation.resume(returning: .failure(HTTPClientError(.closed))) }
        for id in running.keys { end(id) { $0.fail($0.interruption(.closed)) } }
    }

    private func handle(_ message: Mailbox.Message) {
        switch message {
        case .start(let order):
            waiting.append(order)
        case .cancel(let id):
            if let index = waiting.firstIndex(where: { $0.id == id }) {
                waiting.remove(at: index).continuation.resume(returning: .failure(HTTPClientError(.cancelled)))
            }
            end(id) { $0.fail($0.interruption(.cancelled)) }
        case .resume(let id):
            if let code = running[id]?.resume() { end(id) { $0.finish(code) } }
        }
    }

    /// Takes a transfer off, so that its connection is free or closed, and tells its caller.
    private func end(_ id: Int, _ tell: (Transfer) -> Void) {
        guard let transfer = running.removeValue(forKey: id) else { return }
        tell(transfer)
        mailbox.multi.remove(transfer.easy)
    }

    private func startWaiting() {
        let count = min(transfersMax - running.count, waiting.count)
        guard count > 0 else { return }
        for order in waiting.prefix(count) {
            let remaining = milliseconds(until: order.deadline)
            let transfer = Transfer(
                order, remainingMilliseconds: remaining, userAgent: userAgent, mailbox: mailbox)
            running[order.id] = transfer
            mailbox.multi.add(transfer.easy)
        }
        waiting.removeFirst(count)
    }

    /// An order whose time is over before its turn came is answered, not started.
    private func dropExpired() {
        guard !waiting.isEmpty else { return }
        let now = ContinuousClock.now
        let expired = waiting.filter { $0.deadline <= now }
        guard !expired.isEmpty else { return }
        waiting.removeAll { $0.deadline <= now }
        for order in expired {
            let error = HTTPClientError(.timedOut, detail: "too many transfers were under way to begin this one")
            order.continuation.resume(returning: .failure(error))
        }
    }

    private func pollMilliseconds() -> Int32 {
        let idleMilliseconds: Int32 = 60_000
        guard let next = waiting.lazy.map(\.deadline).min() else { return idleMilliseconds }
        return Int32(clamping: min(milliseconds(until: next), Int(idleMilliseconds)))
    }

    /// Rounded up, so that libcurl's timer does not end before the deadline; at least 1, for libcurl takes 0 for no limit.
    private func milliseconds(until deadline: ContinuousClock.Instant) -> Int {
        let (seconds, attoseconds) = (deadline - ContinuousClock.now).components
        return max(1, Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000) + 1)
    }
}

import HTTP
import HTTPClient
import Support

/// Why a try of a call brought no answer.
enum TryFailure: Sendable {
    /// The upstream answered with a status that is no success.
    case response(status: Int, headers: Headers, body: [UInt8])
    case transport(HTTPClientError)
}

/// Decides whether a call is tried again. The only place of the service that retries.
struct RetryPolicy: Sendable {
    enum Decision: Equatable {
        case giveUp
        case retry(afterMilliseconds: Int)
    }

    var triesMax = Limits.upstreamTriesMax
    var waitSecondsMax = Limits.retryAfterSecondsMax

    /// - Parameters:
    ///   - tries: made so far, from 1.
    ///   - remainingMilliseconds: until the call's deadline.
    ///   - random: from 0 up to 1; spreads callers that failed together.
    func decide(
        _ failure: TryFailure, tries: Int, remainingMilliseconds: Int, now: Timestamp, random: Double
    ) -> Decision {
        guard tries < triesMax, mayRetry(failure) else { return .giveUp }
        var wait = backoffMilliseconds(tries: tries, random: random)
        if case .response(_, let headers, _) = failure,
            let requested = requestedWaitMilliseconds(headers, now: now)
        {
            // Longer than a client would wait for us: it learns of the time and decides itself.
            guard requested <= waitSecondsMax * 1_000 else { return .giveUp }
            wait = requested
        }
        return wait < remainingMilliseconds ? .retry(afterMilliseconds: wait) : .giveUp
    }

    /// Whether the failure is one that another try can mend, as OpenAI's own clients see it.
    ///
    /// A chat call is not idempotent: an answer made twice is paid for twice. Hence a connection that broke is tried
    /// again only if not a byte of a response had come, and a call whose time was over never: the upstream was at work
    /// on it. A status is an answer in itself; the upstream says with it that there is no other.
    private func mayRetry(_ failure: TryFailure) -> Bool {
        switch failure {
        case .response(let status, let headers, _):
            switch headers["x-should-retry"] {
            case "true": true
            case "false": false
            default: status == 408 || status == 409 || status == 429 || (500...599).contains(status)
            }
        case .transport(let error):
            error.kind == .cannotConnect || error.kind == .cut && !error.hasResponseBegun
        }
    }

    /// Half a second, doubled with each try, up to a quarter less.
    private func backoffMilliseconds(tries: Int, random: Double) -> Int {
        let whole = min(500 << min(tries - 1, 10), waitSecondsMax * 1_000)
        return Int(Double(whole) * (1 - 0.25 * random))
    }
}

/// The wait that a response asks for: `retry-after-ms`, else `Retry-After` in seconds or as a date.
///
/// - Returns: nil when it asks for none that can be understood; a date in the past asks for none at all.
func requestedWaitMilliseconds(_ headers: Headers, now: Timestamp) -> Int? {
    func decimal(_ text: String?) -> Double? {
        guard let text, !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") })
        else { return nil }
        return Double(text)
    }
    // Past any limit all waits are alike; the bound keeps the conversion to an integer defined.
    let longest = 1e12
    if let milliseconds = decimal(headers["retry-after-ms"]) { return Int(min(milliseconds, longest).rounded(.up)) }
    if let seconds = decimal(headers["retry-after"]) { return Int(min(seconds * 1_000, longest).rounded(.up)) }
    guard let text = headers["retry-after"], let date = parseHTTPDate(text, now: now), date >= now else { return nil }
    return Int(date.milliseconds - now.milliseconds)
}

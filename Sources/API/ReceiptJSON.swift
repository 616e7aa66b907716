import Cache
import HTTP
import JSON
import Questions
import Store
import Support

extension Receipt {
    /// The receipt as the routes send it: what a header carries, and the texts.
    ///
    /// - Parameter header: `headerJSON`, if it is made already.
    func json(_ header: JSONObject? = nil) -> JSONValue {
        var object = header ?? headerJSON
        object["matched"] = matched.map { .string($0) } ?? .null
        if isStored, let tag = timeToLive?.tag { object["ttl_tag"] = .string(tag) }
        if let rewritten { object["rewritten"] = .string(rewritten) }
        object["conflicts"] = .array(conflicts.map(\.json))
        return .object(object)
    }

    /// The receipt without the matched question and the conflicting words, which no header carries.
    var headerJSON: JSONObject {
        var object: JSONObject = [
            "outcome": .string(outcome.rawValue),
            "similarity": .rounded(similarity, places: 4),
            "probability": .rounded(probability, places: 4),
            "propensity": .rounded(propensity, places: 4),
            "verdict": verdict.map { .string($0.reason.rawValue) } ?? .null,
            "entry": entry.map { .number(Int($0.rawValue)) } ?? .null,
            "cost_usd": .dollars(cost),
            "saved_usd": .dollars(saved),
            "latency_ms": latency.json,
            "stored": .bool(isStored),
            "collapsed": .bool(isCollapsed), "stale": .bool(isStale),
        ]
        if !personalData.isEmpty { object["personal_data"] = .array(personalData.map { .string($0.rawValue) }) }
        if let falseAccepts {
            object["false_accept_rate"] = [
                "low": .rounded(falseAccepts.lower, places: 4), "high": .rounded(falseAccepts.upper, places: 4),
            ]
        }
        if isStored, let timeToLive { object["ttl_seconds"] = .number(timeToLive.seconds) }
        if let shadow {
            object["shadow"] = [
                "outcome": .string(shadow.outcome.rawValue),
                "entry": shadow.entry.map { .number(Int($0.rawValue)) } ?? .null,
                "would_save_usd": .dollars(shadow.wouldSave),
            ]
        }
        return object
    }
}

extension Receipt.Latency {
    var json: JSONValue {
        [
            "embed": .rounded(embed, places: 3), "search": .rounded(search, places: 3),
            "confirm": .rounded(confirm, places: 3), "rewrite": .rounded(rewrite, places: 3),
            "wait": .rounded(wait, places: 3), "upstream": .rounded(upstream, places: 3),
            "total": .rounded(total, places: 3),
        ]
    }
}

extension Conflict {
    var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "question": .array(question.map { .string($0) }),
            "candidate": .array(candidate.map { .string($0) }),
        ]
    }
}

extension JSONValue {
    /// A number rounded for reading; null for nil.
    static func rounded(_ value: Double?, places: Int) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        return .number((value * scale).rounded() / scale)
    }

    /// Dollars as a number; null for an amount that is not known.
    static func dollars(_ amount: Money?) -> JSONValue {
        amount.map { .number($0.dollars) } ?? .null
    }
}

extension Headers {
    /// Adds what a response says of the cache: `Cache-Status` (RFC 9211), `Age`, `Refrain-*`.
    ///
    /// - Parameter written: the receipt's `headerJSON`, if it is written already.
    mutating func describe(_ reply: Reply, now: Timestamp, written: String? = nil) {
        let receipt = reply.receipt
        // With what comes before and after.
        reserveCapacity(fields.count + 8)
        self["Cache-Status"] = Self.cacheStatus(reply, now: now)
        if case .cached(let entry) = reply.content {
            self["Age"] = Self.age(entry, now: now)
        }
        if let entry = receipt.entry { self["Refrain-Entry"] = String(entry.rawValue) }
        if let saved = receipt.saved { self["Refrain-Saved-USD"] = JSONValue.dollars(saved).text }
        self["Refrain-Receipt"] = written ?? JSONValue.object(receipt.headerJSON).text
    }

    /// `refrain; fwd=miss` or `refrain; fwd=bypass`: all that is known of an answer which is only being made.
    static func forwarded(isBypass: Bool) -> String {
        "refrain; fwd=" + (isBypass ? "bypass" : "miss")
    }

    private static func cacheStatus(_ reply: Reply, now: Timestamp) -> String {
        guard case .cached(let entry) = reply.content else {
            var status = forwarded(isBypass: reply.receipt.outcome == .bypass)
            if reply.receipt.isStored { status += "; stored" }
            if reply.receipt.isCollapsed { status += "; collapsed" }
            if reply.receipt.shadow != nil { status += "; detail=\(reply.receipt.ledgerOutcome)" }
            return status
        }
        return cacheStatus(entry, reply.receipt, now: now)
    }

    static func cacheStatus(_ entry: Entry, _ receipt: Receipt, now: Timestamp) -> String {
        var status = "refrain; hit"
        if let expires = entry.expires { status += "; ttl=\(expires.seconds - now.seconds)" }
        status += "; detail="
        status += receipt.outcome.rawValue
        return status
    }

    static func age(_ entry: Entry, now: Timestamp) -> String {
        String(max(0, now.seconds - entry.created.seconds))
    }
}

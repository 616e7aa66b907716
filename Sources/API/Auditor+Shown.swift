import Cache
import JSON
import Ledger
import Support

extension Auditor.Findings {
    /// As the statistics have it.
    var json: JSONValue {
        [
            "audited": .number(audited), "false_accepts": .number(wrong),
            "false_accept_rate": .rounded(audited == 0 ? nil : Double(wrong) / Double(audited), places: 4),
            "false_accept_low": .rounded(interval?.lower, places: 4),
            "false_accept_high": .rounded(interval?.upper, places: 4), "unclear": .number(unclear),
            "skipped": .number(skipped), "error_target": .number(errorTarget),
            "error_target_in_force": .number(errorTargetInForce),
        ]
    }
}

extension MetricsText {
    /// - Parameter findings: nil where nothing is audited.
    mutating func describe(_ findings: Auditor.Findings?, errorTarget: Double) {
        counter(
            "refrain_audits_total", "Served answers compared with a fresh one of full, by what came of it.",
            [
                ([("result", "right")], Double((findings?.audited ?? 0) - (findings?.wrong ?? 0))),
                ([("result", "wrong")], Double(findings?.wrong ?? 0)),
                ([("result", "unclear")], Double(findings?.unclear ?? 0)),
                ([("result", "skipped")], Double(findings?.skipped ?? 0)),
            ])
        if let findings, let interval = findings.interval {
            gauge(
                "refrain_false_accept_ratio", "Of the audited answers, those that should not have been served.",
                Double(findings.wrong) / Double(findings.audited))
            gauge("refrain_false_accept_ratio_low", "The lower bound of its 95 % interval.", interval.lower)
            gauge("refrain_false_accept_ratio_high", "The upper bound of its 95 % interval.", interval.upper)
        } else {
            // Nothing is known: anything from 0 to 1.
            gauge("refrain_false_accept_ratio", "Of the audited answers, those that should not have been served.", .nan)
            gauge("refrain_false_accept_ratio_low", "The lower bound of its 95 % interval.", 0)
            gauge("refrain_false_accept_ratio_high", "The upper bound of its 95 % interval.", 1)
        }
        gauge("refrain_error_target_ratio", "Wrong answers a request to stay below, as configured.", errorTarget)
        gauge(
            "refrain_error_target_effective_ratio", "The same as it is in force: lower while audits find it broken.",
            findings?.errorTargetInForce ?? errorTarget)
    }
}

extension API.Parts {
    /// A reply with what audits say of its kind; it is audited itself where chance picks it.
    ///
    /// What shadow mode would have served is no answer from the cache: `answered` has seen to it.
    func auditedHit(_ reply: Reply, _ query: Query?, chat: @autoclosure () -> JSONObject?, model: String?) -> Reply {
        reply.receipt.outcome.isHit ? audited(reply, query, chat: chat(), model: model) : reply
    }

    /// Whether replies with such a receipt are audited now and then.
    func isAudited(_ receipt: Receipt) -> Bool { auditor != nil && Auditor.outcomes.contains(receipt.decision) }

    func audited(_ reply: Reply, _ query: Query?, chat: @autoclosure () -> JSONObject?, model: String?) -> Reply {
        guard let auditor, isAudited(reply.receipt) else { return reply }
        auditor.consider(reply, query, chat: chat, model: model)
        var reply = reply
        reply.receipt.falseAccepts = auditor.interval.map { Receipt.FalseAccepts(lower: $0.lower, upper: $0.upper) }
        return reply
    }
}

package import JSON
import Store
import Support

extension Report {
    /// As the API and the command show it.
    package var json: JSONValue {
        [
            "since": .string(since.rfc3339), "until": .string(until.rfc3339), "by": .string(grouping.text),
            "rows": .array(rows.map { $0.json(grouping) }), "total": total.json(nil),
        ]
    }
}

extension ReportRow {
    /// - Parameter grouping: nil for the total.
    func json(_ grouping: Grouping?) -> JSONValue {
        .object(JSONObject(fields(grouping).map { JSONObject.Member(name: $0.name, value: $0.value) }))
    }

    /// Every number of the row, by name; null where there is none. Amounts that are not known are in no sum: how many
    /// there are is said beside it.
    func fields(_ grouping: Grouping?) -> [(name: String, value: JSONValue)] {
        let hasRequests = grouping?.joinsRequestsAndCalls ?? true
        return [("group", .string(group))] + requestFields + tokenFields(hasRequests)
            + [
                ("cost_usd", .dollars(cost)),
                ("cost_unknown_calls", .integer(calls.costUnknown)),
                ("full_only_usd", .dollars(fullCost)),
                ("full_only_unknown_requests", .integer(requests.fullUnknown)),
                ("full_only_estimated_requests", .integer(requests.fullEstimated)),
                ("saved_usd", hasRequests ? .dollars(saved) : .null),
                ("saved_share", .share(hasRequests && fullCost > .zero ? saved.dollars / fullCost.dollars : nil)),
                ("saved_seconds", hasRequests ? .seconds(savedSeconds) : .null),
            ] + ratingFields + shadowFields(isNet: hasRequests && grouping?.label == nil)
    }

    private var requestFields: [(name: String, value: JSONValue)] {
        var fields: [(name: String, value: JSONValue)] = [("requests", .integer(requests.requests))]
        for outcome in ReportRow.hitOutcomes + ["miss", "bypass", RequestAccount.failure] {
            fields.append((outcome, .integer(outcomes[outcome] ?? 0)))
        }
        return fields + [
            ("hit_rate", .share(hitRate)), ("collapsed", .integer(requests.collapsed)),
            ("stored", .integer(requests.stored)), ("confirmations", .integer(requests.confirmations)),
            ("accepted", .integer(requests.accepted)), ("accept_rate", .share(acceptRate)),
            ("planned", .integer(requests.planned)), ("escalated", .integer(requests.escalated)),
            ("escalation_rate", .share(escalationRate)), ("audited", .integer(requests.audited)),
            ("false_accepts", .integer(requests.falseAccepts)), ("false_accept_rate", .share(falseAcceptRate)),
            ("false_accept_low", .share(falseAcceptInterval?.lower)),
            ("false_accept_high", .share(falseAcceptInterval?.upper)),
            ("mean_latency_ms", .mean(requests.latency, of: 1_000 * requests.requests)),
        ]
    }

    /// - Parameter isPerRequest: whether the means are over requests; otherwise over calls.
    private func tokenFields(_ isPerRequest: Bool) -> [(name: String, value: JSONValue)] {
        let count = isPerRequest ? requests.requests : calls.calls
        let tokens = [
            ("input_tokens", calls.promptTokens), ("cached_tokens", calls.cachedTokens),
            ("output_tokens", calls.completionTokens), ("reasoning_tokens", calls.reasoningTokens),
        ]
        return [("calls", .integer(calls.calls))] + tokens.map { ($0.0, .integer($0.1)) }
            + tokens.map { ("mean_" + $0.0, .mean($0.1, of: count)) }
            + [("tokens_unknown_calls", .integer(calls.usageUnknown))]
    }

    /// What shadow mode would have served.
    ///
    /// - Parameter isNet: whether it is known what the confirmations cost; of a label's calls no purpose is known.
    private func shadowFields(isNet: Bool) -> [(name: String, value: JSONValue)] {
        [("shadow_requests", .integer(shadowRequests))]
            + ReportRow.hitOutcomes.map { (ReportRow.shadowPrefix + $0, .integer(shadow[$0] ?? 0)) }
            + [
                ("shadow_hit_rate", .share(shadowHitRate)),
                ("shadow_would_save_usd", isNet ? .dollars(wouldSave) : .null),
                ("shadow_audited", .integer(shadowHits.audited)),
                ("shadow_false_accepts", .integer(shadowHits.falseAccepts)),
                ("shadow_false_accept_low", .share(shadowFalseAcceptInterval?.lower)),
                ("shadow_false_accept_high", .share(shadowFalseAcceptInterval?.upper)),
            ]
    }

    private var ratingFields: [(name: String, value: JSONValue)] {
        [
            ("good", .integer(ratings.good)), ("bad", .integer(ratings.bad)), ("satisfaction", .share(satisfaction)),
            ("satisfaction_low", .share(satisfactionInterval?.lower)),
            ("satisfaction_high", .share(satisfactionInterval?.upper)), ("scores", .integer(ratings.scores)),
            ("mean_score", .share(meanScore)), ("succeeded", .integer(ratings.succeeded)),
            ("failed", .integer(ratings.failed)), ("success", .share(success)),
            ("success_low", .share(successInterval?.lower)), ("success_high", .share(successInterval?.upper)),
        ]
    }
}

extension Report {
    /// RFC 4180: a header, the groups, the total.
    package var csv: String {
        let lines = rows.map { $0.fields(grouping) } + [total.fields(nil)]
        let header = total.fields(nil).map(\.name).joined(separator: ",")
        return header + "\r\n" + lines.map { Report.line($0.map(\.value)) + "\r\n" }.joined()
    }

    private static func line(_ values: [JSONValue]) -> String {
        values.map { value in
            guard let text = value.string else { return value.isNull ? "" : value.text }
            let mustQuote = text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
            return mustQuote
                ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
                : text
        }.joined(separator: ",")
    }
}

extension JSONValue {
    fileprivate static func integer(_ value: Int64) -> JSONValue { .number(Int(value)) }

    fileprivate static func dollars(_ amount: Money) -> JSONValue { .number(amount.dollars) }

    /// Four decimals.
    fileprivate static func share(_ value: Double?) -> JSONValue {
        value.map { .number(($0 * 10_000).rounded() / 10_000) } ?? .null
    }

    /// Three decimals.
    fileprivate static func seconds(_ value: Double?) -> JSONValue {
        value.map { .number(($0 * 1_000).rounded() / 1_000) } ?? .null
    }

    fileprivate static func mean(_ sum: Int64, of count: Int64) -> JSONValue {
        count == 0 ? .null : .number((Double(sum) / Double(count) * 1_000).rounded() / 1_000)
    }
}

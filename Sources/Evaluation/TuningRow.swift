package import JSON

/// What a setting would have done with the decisions of a deployment; shares are of all its requests.
package struct TuningRow: Sendable, Equatable {
    package let errorTarget: Double
    package let floor: Double
    /// Hits by likeness.
    package let hits: Estimate
    /// Wrong answers.
    package let wrong: Estimate
    /// Calls of mini.
    package let asked: Double
    /// What would be served, or put to mini, of whose like nothing is known: there the values are the judge's own.
    package let unknown: Double
    /// What all hits by likeness would have saved, calls of mini paid.
    package let savedDollars: Double
    /// Hits and calls without a known price, which are not in it.
    package let unpriced: Int

    package var json: JSONValue {
        [
            "error_target": .number(errorTarget), "floor": .number(floor),
            "hits_per_request": .number(hits.value), "hits_low": .number(hits.low), "hits_high": .number(hits.high),
            "wrong_per_request": .number(wrong.value), "wrong_low": .number(wrong.low),
            "wrong_high": .number(wrong.high), "confirmations_per_request": .number(asked),
            "unknown_per_request": .number(unknown), "saved_usd": .number(savedDollars),
            "unpriced": .number(unpriced),
        ]
    }
}

import Cache
import Store
import Support

/// Metrics in Prometheus' text format 0.0.4: base units, bounded labels, no text that a client sent.
struct MetricsText {
    private(set) var text = ""

    mutating func counter(_ name: String, _ help: String, _ values: [(labels: [(String, String)], value: Double)]) {
        header(name, help, "counter")
        for (labels, value) in values { sample(name, labels, value) }
    }

    /// A number whose name says what it is: one that only grows ends in `_total`.
    mutating func number(_ name: String, _ help: String, _ value: Double) {
        if name.hasSuffix("_total") { counter(name, help, [([], value)]) } else { gauge(name, help, value) }
    }

    mutating func gauge(_ name: String, _ help: String, _ value: Double, labels: [(String, String)] = []) {
        header(name, help, "gauge")
        sample(name, labels, value)
    }

    /// A gauge with a sample for each of its labels.
    mutating func samples(_ name: String, _ help: String, _ values: [(labels: [(String, String)], value: Double)]) {
        header(name, help, "gauge")
        for (labels, value) in values { sample(name, labels, value) }
    }

    mutating func describe(_ counted: CacheMetrics.Snapshot) {
        counter(
            "refrain_requests_total", "Requests by outcome.",
            Receipt.Outcome.allCases.map { ([("outcome", $0.rawValue)], Double(counted.requests[$0] ?? 0)) })
        counter(
            "refrain_verdicts_total", "Confirmations by what mini said.",
            Verdict.Reason.allCases.map { ([("verdict", $0.rawValue)], Double(counted.verdicts[$0] ?? 0)) })
        counter(
            "refrain_shadow_requests_total", "Requests in shadow mode, by what would have become of them.",
            Receipt.Outcome.decided.map { ([("outcome", $0.rawValue)], Double(counted.shadow[$0] ?? 0)) })
        gauge(
            "refrain_shadow_would_save_dollars", "What shadow mode would have saved so far, net of confirmations.",
            Double(counted.shadowWouldSaveNanodollars) / 1e9)
        counter(
            "refrain_collapsed_requests_total", "Requests that shared another's upstream call.",
            [([], Double(counted.collapsed))])
        counter(
            "refrain_waited_requests_total", "Requests that waited for one close to them.",
            [([], Double(counted.waited))])
        counter(
            "refrain_renewals_total", "Expired answers made anew, by whether the new one said the same.",
            [
                ([("answer", "same")], Double(counted.renewedSame)),
                ([("answer", "other")], Double(counted.renewedOther)),
            ])
        counter(
            "refrain_embedder_errors_total", "Questions that could not be embedded.",
            [([], Double(counted.embedderErrors))])
        counter(
            "refrain_upstream_errors_total", "Requests that ended without an answer, for the model gave none.",
            [([], Double(counted.upstreamErrors))])
        counter("refrain_store_errors_total", "Store operations that failed.", [([], Double(counted.storeErrors))])
        counter(
            "refrain_memory_refusals_total", "Times that entries were not stored for want of memory.",
            [([], Double(counted.memoryRefusals))])
        counter(
            "refrain_scope_loads_total", "Scopes brought into memory when they were asked for.",
            [([], Double(counted.scopeLoads))])
        counter(
            "refrain_scopes_dropped_total", "Scopes dropped from memory, for nobody asked or there was no room.",
            [([], Double(counted.scopesDropped))])
        counter(
            "refrain_scope_waits_total", "Questions that became misses, for their scope was not in memory in time.",
            [([], Double(counted.scopeWaits))])
        counter("refrain_evictions_total", "Entries removed to make room for others.", [([], Double(counted.evicted))])
        counter(
            "refrain_personal_data_total", "Questions and models' answers in which personal data was found.",
            [
                ([("place", "question")], Double(counted.personalQuestions)),
                ([("place", "answer")], Double(counted.personalAnswers)),
            ])
        // A confirmation that finds nothing costs, so the sum can fall: a gauge.
        gauge("refrain_saved_dollars", "Saved so far, net of confirmations.", Double(counted.savedNanodollars) / 1e9)
        header("refrain_stage_seconds", "Time spent in each stage of a request.", "histogram")
        for stage in CacheMetrics.Stage.allCases {
            if let histogram = counted.latency[stage] { histogramSamples(stage.rawValue, histogram) }
        }
    }

    mutating func describe(_ stored: Statistics) {
        gauge("refrain_entries", "Stored answers.", Double(stored.entries))
        gauge("refrain_aliases", "Further wordings of stored questions.", Double(stored.aliases))
        gauge("refrain_scopes", "Scopes with entries.", Double(stored.scopes))
        gauge(
            "refrain_store_bytes", "Size of the database file and its log.",
            Double(stored.databaseBytes + stored.logBytes))
        gauge("refrain_store_queued_writes", "Writes that wait for the writer.", Double(stored.queuedWrites))
        gauge("refrain_corrupt_rows", "Rows dropped for a wrong checksum since the start.", Double(stored.corruptRows))
    }

    private mutating func histogramSamples(_ stage: String, _ histogram: Histogram.Snapshot) {
        var cumulative = 0
        for (bound, count) in zip(Histogram.bounds, histogram.counts) {
            cumulative += count
            sample("refrain_stage_seconds_bucket", [("stage", stage), ("le", "\(bound)")], Double(cumulative))
        }
        sample("refrain_stage_seconds_bucket", [("stage", stage), ("le", "+Inf")], Double(histogram.count))
        sample("refrain_stage_seconds_sum", [("stage", stage)], histogram.sumSeconds)
        sample("refrain_stage_seconds_count", [("stage", stage)], Double(histogram.count))
    }

    private mutating func header(_ name: String, _ help: String, _ kind: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        let labelText = labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
        let number =
            value.isNaN ? "NaN" : value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
        text += name + (labels.isEmpty ? "" : "{\(labelText)}") + " \(number)\n"
    }
}

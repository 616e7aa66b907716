package import JSON
import Models
import Support

extension StepRecord {
    /// Reads a record as `json` writes it.
    ///
    /// - Returns: nil where it is none.
    package init?(json: JSONValue) {
        guard let name = json["step"]?.string, let status = json["status"]?.string.flatMap(Status.init),
            let calls = json["calls"]?.array
        else { return nil }
        // `nil` alone would be read as JSON's null here, which is a value.
        let output: JSONValue? = status == .done ? .some(json["output"] ?? .null) : .none
        self.init(
            name: name, status: status, reason: json["reason"]?.string, output: output,
            isCut: json["cut"]?.bool ?? false, calls: calls.compactMap { StepCall(json: $0) },
            latencyMilliseconds: json["latency_ms"]?.double ?? 0)
    }
}

extension StepCall {
    fileprivate init?(json: JSONValue) {
        guard let role = json["role"]?.string.flatMap(Role.init), let input = json["input"] else { return nil }
        self.init(
            role: role, model: json["model"]?.string, input: input, output: json["output"]?.string,
            usage: json["usage"].flatMap { Usage(json: $0) },
            cost: json["cost_usd"]?.double.map { Money(nanodollars: Int64(($0 * 1e9).rounded())) },
            latencyMilliseconds: json["latency_ms"]?.double ?? 0, isRepair: json["repair"]?.bool ?? false,
            isCached: json["cached"]?.bool ?? false, failure: json["failure"]?.string)
    }
}

extension Usage {
    fileprivate init?(json: JSONValue) {
        guard let prompt = json["prompt_tokens"]?.int, let completion = json["completion_tokens"]?.int else {
            return nil
        }
        self.init(
            promptTokens: prompt, cachedTokens: json["cached_tokens"]?.int ?? 0, completionTokens: completion,
            reasoningTokens: json["reasoning_tokens"]?.int ?? 0)
    }
}

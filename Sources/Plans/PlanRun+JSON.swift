package import JSON
import Models
import Support

extension PlanRun {
    /// As the API and the command show it.
    package var json: JSONValue {
        [
            "plan": .string(plan), "status": failure == nil ? "completed" : "failed",
            "failure": failure.map { .string($0) } ?? .null, "degraded": .bool(isDegraded),
            "rule": forcedBy.map { .string($0) } ?? .null, "outputs": .object(outputs),
            "usage": usage.json, "cost_usd": cost.json, "latency_ms": .tenths(latencyMilliseconds),
            "steps": .array(steps.map(\.json)),
        ]
    }
}

extension StepRecord {
    fileprivate var json: JSONValue {
        [
            "step": .string(name), "status": .string(status.rawValue), "reason": reason.map { .string($0) } ?? .null,
            "output": output ?? .null, "cut": .bool(isCut), "latency_ms": .tenths(latencyMilliseconds),
            "calls": .array(calls.map(\.json)),
        ]
    }
}

extension StepCall {
    fileprivate var json: JSONValue {
        [
            "role": .string(role.rawValue), "model": model.map { .string($0) } ?? .null, "repair": .bool(isRepair),
            "input": input, "output": output.map { .string($0) } ?? .null, "usage": usage?.json ?? .null,
            "cost_usd": cost.json, "latency_ms": .tenths(latencyMilliseconds),
            "failure": failure.map { .string($0) } ?? .null,
        ]
    }
}

extension Usage {
    fileprivate var json: JSONValue {
        [
            "prompt_tokens": .number(promptTokens), "cached_tokens": .number(cachedTokens),
            "completion_tokens": .number(completionTokens), "reasoning_tokens": .number(reasoningTokens),
        ]
    }
}

extension Money? {
    fileprivate var json: JSONValue { map { .number($0.dollars) } ?? .null }
}

extension JSONValue {
    fileprivate static func tenths(_ value: Double) -> JSONValue { .number((value * 10).rounded() / 10) }
}

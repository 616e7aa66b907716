package import JSON
import Models
import Support

extension PlanRun {
    /// As the API and the command show it.
    package var json: JSONValue {
        guard case .object(var object) = head else { preconditionFailure("a run is an object") }
        object["steps"] = .array(steps.map(\.json))
        return .object(object)
    }

    /// All but its steps.
    package var head: JSONValue {
        [
            "plan": .string(plan), "status": .string(status.rawValue),
            "failure": failure.map { .string($0) } ?? .null, "degraded": .bool(isDegraded),
            "rule": forcedBy.map { .string($0) } ?? .null, "outputs": .object(outputs),
            "waits": .array(waits.map { ["step": .string($0.step), "options": .array($0.options)] }),
            "input_tokens": .number(inputTokens), "usage": usage.json, "usage_full": fullUsage.json,
            "cost_usd": cost.json, "latency_ms": .tenths(latencyMilliseconds),
        ]
    }
}

extension StepRecord {
    package var json: JSONValue {
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
            "cached": .bool(isCached),
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

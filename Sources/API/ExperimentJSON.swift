import Experiments
import JSON
import Ledger
import Store
import Support

extension Experiment {
    var json: JSONObject {
        var object: JSONObject = [
            "name": .string(name), "sticky": .string(sticky.text), "quality": .string(quality.rawValue),
            "quality_floor": .number(qualityFloor),
        ]
        if !scopes.isEmpty { object["scopes"] = .array(scopes.sorted().map { .string($0) }) }
        object["variants"] = .array(arms.map { .object(head(of: $0)) })
        return object
    }

    /// What is known of an arm before anything is counted.
    fileprivate func head(of arm: String) -> JSONObject {
        let settings = variants.first { $0.name == arm }?.settings ?? []
        return [
            "variant": .string(arm), "share": .rounded(share(of: arm), places: 6),
            "settings": .object(
                JSONObject(settings.map { JSONObject.Member(name: $0.key, value: .string($0.value)) })),
        ]
    }
}

extension Experiment.Sticky {
    var text: String {
        switch self {
        case .tenant: "tenant"
        case .label(let key): "label:" + key
        }
    }
}

extension ExperimentReport {
    var json: JSONObject {
        var object = experiment.json
        object["confidence"] = .number(Self.confidence)
        object["variants"] = .array(arms.map { .object(json($0)) })
        object["requests_outside"] = .number(Int(requestsOutside))
        object["cheapest_acceptable"] = cheapest.map { .string($0.name) } ?? .null
        return object
    }

    private func json(_ arm: Arm) -> JSONObject {
        let row = arm.row
        let counted: JSONObject = [
            "requests": .number(Int(row.requests.requests)),
            "hits": .number(Int(row.hits)), "hit_rate": .rounded(row.hitRate, places: 4),
            "shadow_hits": .number(Int(row.shadowHits.requests)),
            "shadow_hit_rate": .rounded(row.shadowHitRate, places: 4),
            "planned": .number(Int(row.requests.planned)), "escalated": .number(Int(row.requests.escalated)),
            "escalation_rate": .rounded(row.escalationRate, places: 4), "cost_usd": .dollars(row.cost),
            "cost_unknown_calls": .number(Int(row.calls.costUnknown)),
            "cost_per_request_usd": .rounded(arm.costPerRequest.map { $0 / 1e9 }, places: 9),
            "rated": .number(arm.quality.count), "quality": .rounded(arm.quality.mean, places: 4),
            "quality_low": .rounded(arm.quality.lower, places: 4),
            "quality_high": .rounded(arm.quality.upper, places: 4),
            "standing": .string(arm.standing.rawValue),
            "ratings_needed": arm.ratingsNeeded.map { .number($0) } ?? .null,
        ]
        return JSONObject(experiment.head(of: arm.name).members + counted.members)
    }
}

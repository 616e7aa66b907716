import Cache
import JSON
import Store

extension LearnedTimesToLive {
    /// As the statistics have it.
    var json: JSONValue {
        let rows = tags.map { tag -> JSONValue in
            [
                "tenant": .string(tag.changes.tenant), "tag": .string(tag.changes.tag),
                "renewals": .number(Int(tag.changes.observations)),
                "changes": .rounded(tag.changes.changes, places: 3),
                "watched_seconds": .rounded(tag.changes.exposureSeconds, places: 0),
                "ttl_seconds": .rounded(tag.seconds, places: 0),
            ]
        }
        return ["tags": .number(count), "most_renewed": .array(rows)]
    }
}

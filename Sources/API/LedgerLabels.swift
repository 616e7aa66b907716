import Cache
import HTTP
import JSON
import Ledger
import Store
import Support

/// What a request says it belongs to: the header `Refrain-Label`, and the `metadata` that OpenAI's API has.
enum LedgerLabels {
    /// The header's labels.
    ///
    /// - Throws: 400 where they cannot be kept: a typing error must not cost somebody a report.
    static func of(_ headers: Headers) throws(APIError) -> [Label] {
        let values = headers.all("Refrain-Label")
        if values.isEmpty { return [] }
        var labels: [Label] = []
        for value in values {
            guard let parsed = Labels.parse(value) else {
                throw invalid("Refrain-Label is a list of key=value, not \"\(value)\"")
            }
            labels += parsed
        }
        if let problem = labels.lazy.compactMap(Labels.problem).first { throw invalid(problem) }
        if labels.count > Limits.labelsPerRequestMax {
            throw invalid("Refrain-Label has \(labels.count) labels, \(Limits.labelsPerRequestMax) at most are taken")
        }
        return labels
    }

    /// The labels that a body's `metadata` gives; what cannot be one is passed over, for it may not be meant as one.
    static func of(metadata: JSONValue?) -> [Label] {
        let labels = (metadata?.object?.members ?? []).compactMap { member in
            member.value.string.map { Label(member.name, $0) }
        }
        return labels.filter { Labels.problem($0) == nil }
    }

    /// The labels as they may be kept: with pseudonyms for what tells of a person.
    static func kept(_ labels: [Label], _ policy: PersonalDataPolicy) -> [Label] {
        labels.map { Label($0.key, policy.pseudonymous($0.value).cut(toBytes: Limits.labelValueBytesMax)) }
    }

    private static func invalid(_ message: String) -> APIError {
        APIError(400, message, param: "Refrain-Label", code: "invalid_value")
    }
}

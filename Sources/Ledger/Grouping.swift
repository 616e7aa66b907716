import Store
import Support

/// What a report's rows are told apart by.
package enum Grouping: Sendable, Hashable {
    case model, role, purpose, plan, variant, scope, tenant, day
    /// Of a key.
    case label(String)

    private static let names: [(String, Grouping)] = [
        ("model", .model), ("role", .role), ("purpose", .purpose), ("plan", .plan), ("variant", .variant),
        ("scope", .scope), ("tenant", .tenant), ("day", .day),
    ]

    /// As it is written on the command line, a label's key after `label:`.
    package init?(_ text: String) {
        if text.hasPrefix("label:"), text.count > "label:".count {
            self = .label(String(text.dropFirst("label:".count)))
        } else if let found = Grouping.names.first(where: { $0.0 == text }) {
            self = found.1
        } else {
            return nil
        }
    }

    package static let choices = names.map(\.0) + ["label:KEY"]

    package var text: String {
        if case .label(let key) = self { return "label:" + key }
        return Grouping.names.first { $0.1 == self }!.0
    }

    package var label: String? { if case .label(let key) = self { key } else { nil } }

    /// Whether requests have it, so that calls and requests of one row belong together: a model that is asked for is
    /// not the one that is called.
    package var joinsRequestsAndCalls: Bool { ![.model, .role, .purpose].contains(self) }

    func group(_ key: HourKey<RequestDimensions>) -> String? {
        switch self {
        case .model: key.dimensions.model
        case .plan: key.dimensions.plan
        case .variant: key.dimensions.variant
        case .scope: key.dimensions.scope
        case .tenant: key.dimensions.tenant
        case .day: Grouping.day(ofHour: key.hour)
        case .role, .purpose, .label: nil
        }
    }

    func group(_ key: HourKey<CallDimensions>) -> String? {
        switch self {
        case .model: key.dimensions.model
        case .role: key.dimensions.role
        case .purpose: key.dimensions.purpose
        case .plan: key.dimensions.plan
        case .variant: key.dimensions.variant
        case .scope: key.dimensions.scope
        case .tenant: key.dimensions.tenant
        case .day: Grouping.day(ofHour: key.hour)
        case .label: nil
        }
    }

    func group(_ rating: Rating) -> String? {
        switch self {
        case .model: rating.model
        case .plan: rating.plan
        case .variant: rating.variant
        case .scope: rating.scope
        case .tenant: rating.tenant
        case .day: Grouping.day(ofHour: rating.time.hour)
        case .role, .purpose: nil
        case .label(let key): rating.labels.first { $0.key == key }?.value
        }
    }

    private static func day(ofHour hour: Int64) -> String {
        String(Timestamp(milliseconds: hour * 3_600_000).rfc3339.prefix(10))
    }
}

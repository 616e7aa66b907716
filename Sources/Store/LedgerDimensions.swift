/// What requests have to share to be summed up together.
package struct RequestDimensions: LedgerDimensions {
    package typealias Sums = RequestSums

    package var tenant = ""
    package var scope = ""
    package var route = ""
    /// As the client asked for it.
    package var model = ""
    package var plan = ""
    package var variant = ""
    /// Of the receipt, or `error`.
    package var outcome = ""

    package static let table = "request_hours"
    package static let columns = ["tenant", "scope", "route", "model", "plan", "variant", "outcome"]
    package var values: [String] { [tenant, scope, route, model, plan, variant, outcome] }

    package init() {}

    package init(values: [String]) {
        precondition(values.count == RequestDimensions.columns.count, "a value for each column")
        (tenant, scope, route, model) = (values[0], values[1], values[2], values[3])
        (plan, variant, outcome) = (values[4], values[5], values[6])
    }

    /// Clients choose names of scopes and models, and of tenants where these are digests of keys.
    package var folded: RequestDimensions {
        var folded = self
        if scope == otherValue { folded.tenant = otherValue }
        folded.scope = otherValue
        folded.model = otherValue
        return folded
    }
}

/// What calls have to share to be summed up together.
package struct CallDimensions: LedgerDimensions {
    package typealias Sums = CallSums

    package var tenant = ""
    package var scope = ""
    /// `mini`, `full`, or '' where the client named the model.
    package var role = ""
    package var model = ""
    package var purpose = ""
    package var plan = ""
    package var variant = ""

    package static let table = "call_hours"
    package static let columns = ["tenant", "scope", "role", "model", "purpose", "plan", "variant"]
    package var values: [String] { [tenant, scope, role, model, purpose, plan, variant] }

    package init() {}

    package init(values: [String]) {
        precondition(values.count == CallDimensions.columns.count, "a value for each column")
        (tenant, scope, role, model) = (values[0], values[1], values[2], values[3])
        (purpose, plan, variant) = (values[4], values[5], values[6])
    }

    package var folded: CallDimensions {
        var folded = self
        if scope == otherValue { folded.tenant = otherValue }
        folded.scope = otherValue
        folded.model = otherValue
        return folded
    }
}

/// A label of requests, and what came of them.
package struct LabelRequestDimensions: LedgerDimensions {
    package typealias Sums = RequestSums

    package var tenant: String
    package var key: String
    package var value: String
    package var outcome: String

    package static let table = "label_request_hours"
    package static let columns = ["tenant", "label", "value", "outcome"]
    package var values: [String] { [tenant, key, value, outcome] }

    package init(tenant: String, key: String, value: String, outcome: String) {
        (self.tenant, self.key, self.value, self.outcome) = (tenant, key, value, outcome)
    }

    package init(values: [String]) {
        precondition(values.count == LabelRequestDimensions.columns.count, "a value for each column")
        self.init(tenant: values[0], key: values[1], value: values[2], outcome: values[3])
    }

    package var folded: LabelRequestDimensions {
        let isFolded = value == otherValue
        return LabelRequestDimensions(
            tenant: isFolded ? otherValue : tenant, key: isFolded ? otherValue : key, value: otherValue,
            outcome: outcome)
    }
}

/// A label of the requests that calls were made for.
package struct LabelCallDimensions: LedgerDimensions {
    package typealias Sums = CallSums

    package var tenant: String
    package var key: String
    package var value: String

    package static let table = "label_call_hours"
    package static let columns = ["tenant", "label", "value"]
    package var values: [String] { [tenant, key, value] }

    package init(tenant: String, key: String, value: String) {
        (self.tenant, self.key, self.value) = (tenant, key, value)
    }

    package init(values: [String]) {
        precondition(values.count == LabelCallDimensions.columns.count, "a value for each column")
        self.init(tenant: values[0], key: values[1], value: values[2])
    }

    package var folded: LabelCallDimensions {
        let isFolded = value == otherValue
        return LabelCallDimensions(
            tenant: isFolded ? otherValue : tenant, key: isFolded ? otherValue : key, value: otherValue)
    }
}

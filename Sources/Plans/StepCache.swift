package import JSON
package import Models

/// Where the outputs of equal calls are kept.
package struct StepCache: Sendable {
    /// What a call is known by.
    package struct Key: Sendable {
        package let plan: String
        package let step: String
        package let role: Role
        /// The whole request, without its model.
        package let request: JSONObject
    }

    /// The output that is kept; nil: none.
    package let find: @Sendable (Key) async -> String?
    /// Keeps an output, which may have been mended, of a call.
    package let keep: @Sendable (Key, _ output: String, Completion) async -> Void

    package init(
        find: @escaping @Sendable (Key) async -> String?,
        keep: @escaping @Sendable (Key, _ output: String, Completion) async -> Void
    ) {
        self.find = find
        self.keep = keep
    }

    func key(_ plan: String, _ step: String, _ role: Role, _ request: JSONObject) -> Key {
        Key(plan: plan, step: step, role: role, request: request)
    }
}

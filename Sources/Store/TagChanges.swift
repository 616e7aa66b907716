package import Support

/// What renewals have shown of the answers with a tag, of one tenant.
package struct TagChanges: Sendable, Hashable {
    package var tenant: String
    package var tag: String
    /// Answers found changed, faded.
    package var changes: Double
    /// For how long answers were watched, faded, in seconds.
    package var exposureSeconds: Double
    /// Renewals ever.
    package var observations: Int64
    /// Of the last one.
    package var time: Timestamp

    package init(
        tenant: String, tag: String, changes: Double = 0, exposureSeconds: Double = 0, observations: Int64 = 0,
        time: Timestamp
    ) {
        self.tenant = tenant
        self.tag = tag
        self.changes = changes
        self.exposureSeconds = exposureSeconds
        self.observations = observations
        self.time = time
    }
}

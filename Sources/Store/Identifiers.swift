package import Support

/// A scope's row number: good while the scope has entries, never used again afterwards.
package struct ScopeID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    package static func < (left: ScopeID, right: ScopeID) -> Bool { left.rawValue < right.rawValue }
}

/// An entry's row number: grows with every insert, never used again after the entry is gone.
package struct EntryID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    package static func < (left: EntryID, right: EntryID) -> Bool { left.rawValue < right.rawValue }
}

/// An entry and the scope it belongs to: what an index in memory needs to find and drop its row.
package struct EntryPlace: Hashable, Sendable {
    package let scope: ScopeID
    package let entry: EntryID

    package init(scope: ScopeID, entry: EntryID) {
        self.scope = scope
        self.entry = entry
    }
}

/// Whose answers may be seen.
package struct ScopeKey: Hashable, Sendable {
    package var tenant: String
    /// The name the client chose, possibly empty.
    package var name: String
    /// Of everything else that changes the answer: model, system message, earlier turns, tools, sampling.
    package var digest: Digest

    package init(tenant: String, name: String, digest: Digest) {
        self.tenant = tenant
        self.name = name
        self.digest = digest
    }
}

/// Which model made a vector; vectors of different embedders are never compared.
package struct EmbedderKey: Hashable, Sendable {
    package var name: String
    package var dimension: Int

    package init(name: String, dimension: Int) {
        self.name = name
        self.dimension = dimension
    }
}

import Support

/// What a text leads to without a search.
package struct Found: Sendable {
    package let wording: Wording
    /// Its count of hits may be older than that of `Store.entry`.
    package let entry: Entry
}

/// A text in a scope.
struct WordingPlace: Hashable, Sendable {
    let scope: ScopeKey
    let key: Digest
}

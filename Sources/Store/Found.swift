import Support

/// What a text leads to without a search. A class: what was found again without being read again is the same object.
package final class Found: Sendable {
    package let wording: Wording
    /// Its count of hits may be older than that of `Store.entry`.
    package let entry: Entry

    init(wording: Wording, entry: Entry) {
        self.wording = wording
        self.entry = entry
    }
}

/// A text in a scope.
struct WordingPlace: Hashable, Sendable {
    let scope: ScopeKey
    let key: Digest
}

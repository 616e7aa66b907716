import Support

/// Labelled data that cannot be read or replayed.
package struct DataError: ExplainedError, Equatable {
    package let what: String
    package let remedy: String?

    package init(_ what: String, remedy: String? = nil) {
        self.what = what
        self.remedy = remedy
    }
}

import Support

/// A command line that cannot be understood, in the words the user reads.
package struct UsageError: ExplainedError, Equatable {
    package let what: String
    package let remedy: String?

    package init(_ what: String, remedy: String? = nil) {
        self.what = what
        self.remedy = remedy
    }
}

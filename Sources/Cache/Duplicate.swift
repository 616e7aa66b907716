package import Store

/// A stored question that a new one repeats in other words.
package struct Duplicate: Sendable {
    /// Who said so.
    package enum Witness: String, Sendable {
        case mini, judge
        /// The wording led to the entry before.
        case alias
    }

    package let entry: Entry
    /// Nil for an alias.
    package let similarity: Double?
    package let witness: Witness
}

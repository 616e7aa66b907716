/// Why a text is not JSON, and where.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    package let reason: String
    /// The byte at which it was noticed, from 0.
    package let offset: Int

    package var description: String { "invalid JSON at byte \(offset): \(reason)" }
}

/// An error as a person reads it: what happened, why, and what to do about it.
package protocol ExplainedError: Error, CustomStringConvertible, Sendable {
    /// What could not be done, as a sentence without its full stop: `cannot open /x/refrain.db`.
    var what: String { get }
    /// The cause as the system or the library tells it.
    var why: String? { get }
    /// What the reader can do.
    var remedy: String? { get }
}

extension ExplainedError {
    package var why: String? { nil }
    package var remedy: String? { nil }

    /// `what: why; remedy`, on one line.
    package var description: String {
        var text = what
        if let why { text += ": " + why }
        if let remedy { text += "; " + remedy }
        return text
    }
}

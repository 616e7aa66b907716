import Glibc

/// An API key. It goes into a header and nowhere else: no description, dump or error shows it.
package struct Secret: Sendable {
    private let value: String

    /// Space around the key is dropped, as a file's last line end.
    ///
    /// - Returns: nil when nothing is left, or something that a header cannot hold.
    package init?(_ text: String) {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        var key = text.drop(while: isSpace)
        while key.last.map(isSpace) == true { key.removeLast() }
        guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        value = String(key)
    }

    /// The key in the environment variable of that name, such as `OPENAI_API_KEY`.
    package static func fromEnvironment(_ name: String) -> Secret? {
        guard let text = unsafe getenv(name) else { return nil }
        return unsafe Secret(String(cString: text))
    }

    /// The key itself, for the header that carries it.
    package func reveal() -> String { value }

    /// The text with the key blotted out, should a server have sent it back.
    func blotted(from text: String) -> String {
        text.replacing(value, with: "[key]")
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[key]" }
    package var debugDescription: String { "[key]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

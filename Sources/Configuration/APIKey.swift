/// The upstream's key; no description shows it.
package struct APIKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package let value: String

    /// Space around it, such as the line end of a file, is dropped.
    ///
    /// - Returns: nil when nothing is left, or something that no header can carry.
    package init?(_ text: String) {
        let trimmed = text.drop { $0.isWhitespace }
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        value = String(trimmed[...last])
        guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    }

    package var description: String { "(secret)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

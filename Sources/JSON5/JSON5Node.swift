/// A JSON5 value (https://spec.json5.org) with the line it begins on.
package struct JSON5Node: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        case null
        case boolean(Bool)
        /// The number and how it was written.
        case number(Double, String)
        case string(String)
        case array([JSON5Node])
        /// Members in order; one that stands twice is kept, for the reader to refuse.
        case object([JSON5Member])
    }

    /// From 1.
    package let line: Int
    package let value: Value

    package init(line: Int, value: Value) {
        self.line = line
        self.value = value
    }

    /// For messages: `"text"`, `5`, `an array`.
    package var shown: String {
        switch value {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .number(_, let text): text
        case .string(let text): "\"\(text)\""
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// A member of an object, and the line its name stands on.
package struct JSON5Member: Sendable, Equatable {
    package let name: String
    package let line: Int
    package let node: JSON5Node
    /// From the beginning of its name to the end of its value, in the text's Unicode scalars.
    package let range: Range<Int>
    /// Of its value.
    package let valueRange: Range<Int>
}

/// Why a text is not JSON5, and on which line.
package struct JSON5Error: Error, Equatable {
    package let line: Int
    package let reason: String

    package init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }
}

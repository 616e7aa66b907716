/// A JSON5 value (https://spec.json5.org) with the line it begins on.
struct JSON5Node: Sendable, Equatable {
    enum Value: Sendable, Equatable {
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
    let line: Int
    let value: Value

    /// For messages: `"text"`, `5`, `an array`.
    var shown: String {
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

struct JSON5Member: Sendable, Equatable {
    let name: String
    let line: Int
    let node: JSON5Node
}

/// Why a text is not JSON5, and on which line.
struct JSON5Error: Error, Equatable {
    let line: Int
    let reason: String
}

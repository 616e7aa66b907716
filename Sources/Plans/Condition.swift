package import JSON

/// Whether a step is done.
package indirect enum Condition: Sendable, Equatable {
    case all([Condition])
    case any([Condition])
    case not(Condition)
    /// The value is one of these; texts are compared without the white space around them.
    case isOneOf(Reference, [JSONValue])
    /// The value is a number below, at least so large.
    case isBelow(Reference, Double)
    case isAtLeast(Reference, Double)
    /// The value's text has more than so many tokens, estimated.
    case isLonger(Reference, tokens: Int)
    /// There is no such value: its step was left out or has failed.
    case isAbsent(Reference)
    /// Whether a rule has *full* do the work of mini.
    case isForced(Bool)

    package var references: [Reference] {
        switch self {
        case .all(let conditions), .any(let conditions): conditions.flatMap(\.references)
        case .not(let condition): condition.references
        case .isOneOf(let reference, _), .isBelow(let reference, _), .isAtLeast(let reference, _),
            .isLonger(let reference, _), .isAbsent(let reference):
            [reference]
        case .isForced: []
        }
    }

    /// What is said of a value that is not there is false, but for `absent`.
    ///
    /// - Parameter value: nil where there is none.
    func holds(isForced: Bool, _ value: (Reference) -> JSONValue?) -> Bool {
        switch self {
        case .all(let conditions): conditions.allSatisfy { $0.holds(isForced: isForced, value) }
        case .any(let conditions): conditions.contains { $0.holds(isForced: isForced, value) }
        case .not(let condition): !condition.holds(isForced: isForced, value)
        case .isOneOf(let reference, let expected):
            value(reference).map { found in expected.contains { Condition.same($0, found) } } ?? false
        case .isBelow(let reference, let bound): value(reference)?.double.map { $0 < bound } ?? false
        case .isAtLeast(let reference, let bound): value(reference)?.double.map { $0 >= bound } ?? false
        case .isLonger(let reference, let tokens): value(reference).map { $0.estimatedTokens > tokens } ?? false
        case .isAbsent(let reference): value(reference) == nil
        case .isForced(let expected): isForced == expected
        }
    }

    private static func same(_ expected: JSONValue, _ found: JSONValue) -> Bool {
        switch (expected, found) {
        case (.string(let expected), .string(let found)): expected.trimmed == found.trimmed
        case (.number(let expected), .number(let found)): expected.double == found.double
        default: expected == found
        }
    }
}

extension String {
    /// Without the white space around it.
    var trimmed: Substring {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    /// English takes about four bytes a token with current tokenizers.
    var estimatedTokens: Int { (utf8.count + 3) / 4 }
}

extension JSONValue {
    /// As a model would get to see it.
    var estimatedTokens: Int { (string ?? text).estimatedTokens }
}

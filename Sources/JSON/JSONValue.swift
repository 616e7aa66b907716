/// A JSON text's value (RFC 8259), kept so that writing it again changes nothing in meaning: members stay in order,
/// numbers keep their digits. Equal means written alike: the order of members and the spelling of numbers count.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): sameCodePoints(left, right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

/// A number as it was written: `1.10` stays `1.10`, and no digit of a large integer is lost.
package struct JSONNumber: Sendable, Hashable {
    /// The digits as RFC 8259 spells a number.
    package let text: String

    init(text: String) {
        self.text = text
    }

    package init(_ value: Int) { text = String(value) }

    /// - Precondition: finite; JSON has no other numbers.
    package init(_ value: Double) {
        precondition(value.isFinite, "JSON has no infinite numbers")
        // Below 2^53 a double holds every whole number exactly, and is written as one.
        text = value == value.rounded() && abs(value) < 0x1p53 ? String(Int64(value)) : value.description
    }

    package var int: Int? { Int(text) }
    package var double: Double { Double(text) ?? .nan }
}

extension JSONValue {
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var int: Int? { if case .number(let value) = self { value.int } else { nil } }
    package var double: Double? { if case .number(let value) = self { value.double } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    package var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    package var isNull: Bool { if case .null = self { true } else { false } }

    /// A member of an object; nil when this is none or it has no such member.
    package subscript(name: String) -> JSONValue? { object?[name] }

    /// An element of an array; nil when this is none or it is too short.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// What kind of value it is, in JSON's words, for messages.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    package static func number(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }
    package static func number(_ value: Double) -> JSONValue { .number(JSONNumber(value)) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(literal: elements))
    }
}

/// Header fields in the order in which they came; names compare without regard to case (RFC 9110, section 5.1).
package struct Headers: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package struct Field: Sendable, Equatable {
        package var name: String
        package var value: String

        package static func == (left: Field, right: Field) -> Bool {
            Headers.same(left.name, right.name) && left.value.utf8.elementsEqual(right.value.utf8)
        }
    }

    package private(set) var fields: [Field] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0.0, value: $0.1) }
    }

    /// The first field of that name; setting replaces all of them by one at the end, nil removes them.
    package subscript(name: String) -> String? {
        get { fields.first { Headers.same($0.name, name) }?.value }
        set {
            fields.removeAll { Headers.same($0.name, name) }
            if let newValue { fields.append(Field(name: name, value: newValue)) }
        }
    }

    /// Every value of that name, in order.
    package func all(_ name: String) -> [String] {
        fields.filter { Headers.same($0.name, name) }.map(\.value)
    }

    /// The first value of that name, and whether there is another.
    package func single(_ name: String) -> (value: String?, isRepeated: Bool) {
        guard let index = fields.firstIndex(where: { Headers.same($0.name, name) }) else { return (nil, false) }
        return (fields[index].value, fields[(index + 1)...].contains { Headers.same($0.name, name) })
    }

    /// Makes room for so many fields at once.
    package mutating func reserveCapacity(_ count: Int) {
        fields.reserveCapacity(count)
    }

    /// Adds a field and keeps those of the same name.
    package mutating func add(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Whether two names are the same, ASCII case aside.
    package static func same(_ left: String, _ right: String) -> Bool {
        // Most that are compared differ in length already.
        guard left.utf8.count == right.utf8.count else { return false }
        let left = left.utf8.span
        let right = right.utf8.span
        return left.indices.allSatisfy { lowered(left[$0]) == lowered(right[$0]) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}

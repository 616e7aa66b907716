package import Store
import Support

/// Labels as clients send them: `ticket=123, session=abc`.
package enum Labels {
    /// Reads a header's value: a list of `key=value`, the value in quotes where it holds a comma (RFC 8941 has keys of
    /// lower-case letters, digits and `_-.*`; upper case is taken too).
    ///
    /// - Returns: nil when it is no such list.
    package static func parse(_ text: String) -> [Label]? {
        // Bytes: each request with labels comes through here, and all that steers is ASCII.
        var labels: [Label] = []
        var rest = text.utf8[...]
        while true {
            rest = rest.drop { isSpace($0) || $0 == UInt8(ascii: ",") }
            if rest.isEmpty { return labels }
            guard let equals = rest.firstIndex(of: UInt8(ascii: "=")), let label = label(&rest, equals) else {
                return nil
            }
            labels.append(label)
        }
    }

    private static func label(_ rest: inout Substring.UTF8View, _ equals: String.Index) -> Label? {
        let key = String(decoding: rest[..<equals], as: UTF8.self)
        rest = rest[rest.index(after: equals)...]
        guard rest.first == UInt8(ascii: "\"") else {
            var value = rest.prefix { $0 != UInt8(ascii: ",") }
            rest = rest[value.endIndex...]
            while let last = value.last, isSpace(last) { value.removeLast() }
            return Label(key, String(decoding: value, as: UTF8.self))
        }
        rest.removeFirst()
        var value: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"): if let escaped = rest.popFirst() { value.append(escaped) }
            case UInt8(ascii: "\""):
                let isLast = rest.first { !isSpace($0) }.map { $0 == UInt8(ascii: ",") } ?? true
                return isLast ? Label(key, String(decoding: value, as: UTF8.self)) : nil
            default: value.append(byte)
            }
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Why a label cannot be kept; nil: it can.
    package static func problem(_ label: Label) -> String? {
        if label.key.isEmpty || !label.key.utf8.allSatisfy(isOfKey) {
            return "a label's key has letters, digits and _-.* only"
        }
        if label.key.utf8.count > Limits.labelKeyBytesMax {
            return "a label's key has at most \(Limits.labelKeyBytesMax) bytes"
        }
        if label.value.isEmpty { return "the label \(label.key) has no value" }
        if label.value.utf8.count > Limits.labelValueBytesMax {
            return "a label's value has at most \(Limits.labelValueBytesMax) bytes"
        }
        if label.value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            return "a label's value has no control characters"
        }
        return nil
    }

    private static func isOfKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "*"):
            true
        default: false
        }
    }

    /// Each key once, the first of its values; as many as a request may have.
    package static func merged(_ labels: [Label]) -> [Label] {
        var merged: [Label] = []
        for label in labels where !merged.contains(where: { $0.key == label.key }) { merged.append(label) }
        return Array(merged.prefix(Limits.labelsPerRequestMax))
    }
}

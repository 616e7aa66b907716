package import Store
import Support

/// Labels as clients send them: `ticket=123, session=abc`.
package enum Labels {
    /// Reads a header's value: a list of `key=value`, the value in quotes where it holds a comma (RFC 8941 has keys of
    /// lower-case letters, digits and `_-.*`; upper case is taken too).
    ///
    /// - Returns: nil when it is no such list.
    package static func parse(_ text: String) -> [Label]? {
        var labels: [Label] = []
        var rest = text[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            if rest.isEmpty { return labels }
            guard let equals = rest.firstIndex(of: "="), let value = value(&rest, after: equals) else { return nil }
            labels.append(value)
        }
    }

    private static func value(_ rest: inout Substring, after equals: Substring.Index) -> Label? {
        let key = String(rest[..<equals])
        rest = rest[rest.index(after: equals)...]
        guard rest.first == "\"" else {
            let value = rest.prefix { $0 != "," }
            rest = rest[value.endIndex...]
            return Label(key, trimmed(value))
        }
        rest.removeFirst()
        var value = ""
        while let character = rest.popFirst() {
            switch character {
            case "\\": if let escaped = rest.popFirst() { value.append(escaped) }
            case "\"":
                let isLast = rest.drop { $0 == " " || $0 == "\t" }.first.map { $0 == "," } ?? true
                return isLast ? Label(key, value) : nil
            default: value.append(character)
            }
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }

    /// Why a label cannot be kept; nil: it can.
    package static func problem(_ label: Label) -> String? {
        let isKey = { (scalar: Unicode.Scalar) in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "_-.*".unicodeScalars.contains(scalar))
        }
        if label.key.isEmpty || !label.key.unicodeScalars.allSatisfy(isKey) {
            return "a label's key has letters, digits and _-.* only"
        }
        if label.key.utf8.count > Limits.labelKeyBytesMax {
            return "a label's key has at most \(Limits.labelKeyBytesMax) bytes"
        }
        if label.value.isEmpty { return "the label \(label.key) has no value" }
        if label.value.utf8.count > Limits.labelValueBytesMax {
            return "a label's value has at most \(Limits.labelValueBytesMax) bytes"
        }
        if label.value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "a label's value has no control characters"
        }
        return nil
    }

    /// Each key once, the first of its values; as many as a request may have.
    package static func merged(_ labels: [Label]) -> [Label] {
        var merged: [Label] = []
        for label in labels where !merged.contains(where: { $0.key == label.key }) { merged.append(label) }
        return Array(merged.prefix(Limits.labelsPerRequestMax))
    }
}

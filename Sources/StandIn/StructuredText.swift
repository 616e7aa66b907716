import JSON
import Support

/// A text that fits a JSON Schema, as structured outputs give one.
enum StructuredText {
    /// - Parameters:
    ///   - text: what a member `answer` says; other texts are its first sentence.
    ///   - seed: decides on choices, numbers and truth.
    static func of(_ schema: JSONValue, saying text: String, seed: UInt64) -> String {
        var generator = SplitMix64(seed: seed)
        return value(schema, named: "", text, &generator).text
    }

    private static func value(
        _ schema: JSONValue, named name: String, _ text: String, _ generator: inout SplitMix64
    ) -> JSONValue {
        if let choices = schema["enum"]?.array, !choices.isEmpty {
            return choices[Int.random(in: 0..<choices.count, using: &generator)]
        }
        switch schema["type"]?.string ?? schema["type"]?[0]?.string {
        case "object":
            var object = JSONObject()
            for member in schema["properties"]?.object?.members ?? [] {
                object[member.name] = value(member.value, named: member.name, text, &generator)
            }
            return .object(object)
        case "array":
            let count = max(1, schema["minItems"]?.int ?? 1)
            let items = schema["items"] ?? ["type": "string"]
            return .array((0..<count).map { _ in value(items, named: name, text, &generator) })
        case "integer":
            let (least, most) = (schema["minimum"]?.int ?? 0, schema["maximum"]?.int ?? 100)
            return .number(Int.random(in: least...max(least, most), using: &generator))
        case "number":
            let (least, most) = (schema["minimum"]?.double ?? 0, schema["maximum"]?.double ?? 1)
            return .number((Double.random(in: least...max(least, most), using: &generator) * 100).rounded() / 100)
        case "boolean": return .bool(Bool.random(using: &generator))
        case "null": return .null
        default: return .string(name == "answer" ? text : String(text.prefix { $0 != ";" && $0 != "." }))
        }
    }
}

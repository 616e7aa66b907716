package import JSON

/// What a step's output must look like: the part of JSON Schema that structured outputs are asked for with.
///
/// A keyword that is not checked here is refused, so that a plan never claims more than holds.
package struct JSONSchema: Sendable, Equatable {
    package let json: JSONValue

    /// - Throws: what in it cannot be used, and where.
    package init(_ json: JSONValue) throws(SchemaProblem) {
        try JSONSchema.check(json, "schema")
        self.json = json
    }

    /// Whether a provider can be held to it strictly: every object closed, every member required.
    package var isStrict: Bool { JSONSchema.isStrict(json) }

    /// Whether the outermost value may have that member.
    package func mayHave(_ name: String) -> Bool {
        guard let properties = json["properties"] else { return true }
        return properties[name] != nil || json["additionalProperties"]?.bool == true
    }

    /// The first thing in the value that the schema forbids; nil when there is none.
    package func problem(in value: JSONValue) -> String? { JSONSchema.problem(value, json, "the output") }

    private static let kinds = ["object", "array", "string", "number", "integer", "boolean", "null"]
    private static let keywords: Set = [
        "type", "properties", "required", "additionalProperties", "items", "enum", "minimum", "maximum", "minItems",
        "maxItems", "description", "title",
    ]

    private static func check(_ json: JSONValue, _ place: String) throws(SchemaProblem) {
        guard let object = json.object else { throw SchemaProblem("\(place) must be an object, not \(json.kind)") }
        if let unknown = object.members.first(where: { !keywords.contains($0.name) }) {
            throw SchemaProblem("\(place) uses \"\(unknown.name)\", which is not checked here")
        }
        guard let kinds = kinds(of: json), !kinds.isEmpty, kinds.allSatisfy(JSONSchema.kinds.contains) else {
            throw SchemaProblem("\(place) needs a type: one of \(JSONSchema.kinds.joined(separator: ", "))")
        }
        for (name, isRight) in [
            ("required", json["required"]?.array?.allSatisfy { $0.string != nil }),
            ("enum", json["enum"]?.array.map { !$0.isEmpty }),
            ("additionalProperties", json["additionalProperties"]?.bool.map { _ in true }),
            ("properties", json["properties"]?.object.map { _ in true }),
            ("minimum", json["minimum"]?.double.map { _ in true }),
            ("maximum", json["maximum"]?.double.map { _ in true }),
            ("minItems", json["minItems"]?.int.map { $0 >= 0 }), ("maxItems", json["maxItems"]?.int.map { $0 >= 0 }),
        ] where json[name] != nil && isRight != true { throw SchemaProblem("\(place).\(name) cannot be that") }
        for property in json["properties"]?.object?.members ?? [] {
            try check(property.value, "\(place).properties.\(property.name)")
        }
        if let items = json["items"] { try check(items, place + ".items") }
    }

    private static func kinds(of schema: JSONValue) -> [String]? {
        if let kind = schema["type"]?.string { return [kind] }
        guard let kinds = schema["type"]?.array else { return nil }
        let names = kinds.compactMap(\.string)
        return names.count == kinds.count ? names : nil
    }

    private static func isStrict(_ schema: JSONValue) -> Bool {
        let properties = schema["properties"]?.object?.members ?? []
        if kinds(of: schema)?.contains("object") == true {
            let required = Set((schema["required"]?.array ?? []).compactMap(\.string))
            guard schema["additionalProperties"] == false, required == Set(properties.map(\.name)) else { return false }
        }
        return properties.allSatisfy { isStrict($0.value) } && schema["items"].map(isStrict) ?? true
    }

    private static func problem(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> String? {
        let kinds = kinds(of: schema) ?? []
        guard kinds.contains(where: { value.isOf(kind: $0) }) else {
            return "\(place) is \(value.kind), not \(kinds.joined(separator: " or "))"
        }
        if let allowed = schema["enum"]?.array, !allowed.contains(value) {
            return "\(place) is \(value.text), not one of \(JSONValue.array(allowed).text)"
        }
        switch value {
        case .object(let object): return problem(object, schema, place)
        case .array(let elements): return problem(elements, schema, place)
        case .number(let number):
            if let minimum = schema["minimum"]?.double, number.double < minimum {
                return "\(place) is below \(minimum)"
            }
            if let maximum = schema["maximum"]?.double, number.double > maximum {
                return "\(place) is above \(maximum)"
            }
            return nil
        case .string, .bool, .null: return nil
        }
    }

    private static func problem(_ object: JSONObject, _ schema: JSONValue, _ place: String) -> String? {
        for name in (schema["required"]?.array ?? []).compactMap(\.string) where object[name] == nil {
            return "\(place) lacks \"\(name)\""
        }
        for member in object.members {
            if let property = schema["properties"]?[member.name] {
                if let problem = problem(member.value, property, "\(place).\(member.name)") { return problem }
            } else if schema["additionalProperties"] == false {
                return "\(place) has \"\(member.name)\", which the schema does not know"
            }
        }
        return nil
    }

    private static func problem(_ elements: [JSONValue], _ schema: JSONValue, _ place: String) -> String? {
        if let least = schema["minItems"]?.int, elements.count < least { return "\(place) has fewer than \(least)" }
        if let most = schema["maxItems"]?.int, elements.count > most { return "\(place) has more than \(most)" }
        guard let items = schema["items"] else { return nil }
        return elements.enumerated().lazy.compactMap { problem($1, items, "\(place)[\($0)]") }.first
    }
}

/// Why a schema cannot be used.
package struct SchemaProblem: Error, Equatable {
    package let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

extension JSONValue {
    fileprivate func isOf(kind: String) -> Bool {
        switch (self, kind) {
        case (.object, "object"), (.array, "array"), (.string, "string"), (.bool, "boolean"), (.null, "null"),
            (.number, "number"):
            true
        case (.number(let number), "integer"): number.double == number.double.rounded()
        default: false
        }
    }
}

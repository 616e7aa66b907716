import HTTP
import JSON
import Support

/// A JSON object sent to one of our own routes, read member by member with errors that name the member.
struct RequestBody {
    private let object: JSONObject

    init(_ request: Request, members: Set<String>) throws(APIError) {
        try self.init(try Self.parse(request), members: members)
    }

    /// - Parameter members: the names that the route knows; another name is refused rather than ignored.
    init(_ value: JSONValue, members: Set<String>) throws(APIError) {
        guard let object = value.object else {
            throw APIError(400, "the body must be a JSON object, not \(value.kind)", code: "invalid_type")
        }
        for member in object.members where !members.contains(member.name) {
            let hint = closest(to: member.name, among: members.sorted()).map { "; did you mean \"\($0)\"?" } ?? ""
            throw APIError(
                400, "unknown member \"\(member.name)\"" + hint, param: member.name, code: "unknown_parameter")
        }
        self.object = object
    }

    /// The body of a request as JSON.
    static func parse(_ request: Request) throws(APIError) -> JSONValue {
        try parse(request.body)
    }

    static func parse(_ bytes: [UInt8]) throws(APIError) -> JSONValue {
        do {
            return try JSONValue.parse(bytes, depthMax: Limits.jsonDepthMax)
        } catch {
            throw APIError(400, error.description, code: "invalid_json")
        }
    }

    /// Whether a member is given, be it as null.
    func has(_ name: String) -> Bool { object[name] != nil }

    /// A text of at most `bytesMax` bytes; required unless asked for with `optionalString`.
    func string(_ name: String, bytesMax: Int) throws(APIError) -> String {
        guard let text = try optionalString(name, bytesMax: bytesMax) else {
            throw APIError(400, "\"\(name)\" is missing", param: name, code: "missing_required_parameter")
        }
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw APIError(400, "\"\(name)\" is empty", param: name, code: "invalid_value")
        }
        return text
    }

    func optionalString(_ name: String, bytesMax: Int) throws(APIError) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.string else { throw wrongKind(name, "a string", value) }
        guard text.utf8.count <= bytesMax else {
            throw APIError(
                400, "\"\(name)\" has \(text.utf8.count) bytes, \(bytesMax) at most are taken", param: name,
                code: "string_above_max_length")
        }
        return text
    }

    func optionalBool(_ name: String) throws(APIError) -> Bool? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let flag = value.bool else { throw wrongKind(name, "true or false", value) }
        return flag
    }

    func optionalInt(_ name: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let number = value.int else { throw wrongKind(name, "a whole number", value) }
        guard range.contains(number) else {
            throw APIError(
                400, "\"\(name)\" is \(number), it must be from \(range.lowerBound) to \(range.upperBound)",
                param: name, code: "invalid_value")
        }
        return number
    }

    /// The entry's tags; none when the member is missing.
    func tags() throws(APIError) -> [String] {
        guard let value = object["tags"], !value.isNull else { return [] }
        guard let elements = value.array else { throw wrongKind("tags", "an array of strings", value) }
        guard elements.count <= Limits.tagsPerEntryMax else {
            throw APIError(
                400, "\"tags\" has \(elements.count) elements, \(Limits.tagsPerEntryMax) at most are taken",
                param: "tags", code: "array_above_max_length")
        }
        var tags: [String] = []
        for element in elements {
            guard let tag = element.string, !tag.isEmpty, tag.utf8.count <= Limits.tagBytesMax else {
                throw APIError(
                    400, "a tag must be a string of 1 to \(Limits.tagBytesMax) bytes", param: "tags",
                    code: "invalid_value")
            }
            tags.append(tag)
        }
        return tags
    }

    /// The digest of what else is in the chats that an entry answers, as `POST /cache/context` gives it.
    func context() throws(APIError) -> Digest? {
        guard let text = try optionalString("context", bytesMax: 64) else { return nil }
        guard let digest = Digest(hex: text) else {
            throw APIError(
                400, "\"context\" must be a digest as POST /cache/context gives it", param: "context",
                code: "invalid_value")
        }
        return digest
    }

    /// A vector as base64 of little-endian float32, of length 1.
    func vector(dimension: Int) throws(APIError) -> [Float]? {
        guard let text = try optionalString("embedding", bytesMax: 8 * dimension) else { return nil }
        guard let vector = UnitVector.decoded(base64: text, dimension: dimension) else {
            throw APIError(
                400, "\"embedding\" must be base64 of \(dimension) little-endian float32, a vector of length 1",
                param: "embedding", code: "invalid_value")
        }
        return vector
    }

    /// An object; an empty one when the member is missing.
    func object(_ name: String) throws(APIError) -> JSONObject {
        guard let value = object[name], !value.isNull else { return JSONObject() }
        guard let object = value.object else { throw wrongKind(name, "an object", value) }
        return object
    }

    private func wrongKind(_ name: String, _ expected: String, _ value: JSONValue) -> APIError {
        APIError(400, "\"\(name)\" must be \(expected), not \(value.kind)", param: name, code: "invalid_type")
    }
}

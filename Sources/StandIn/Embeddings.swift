package import JSON
import Support

/// The reply to an embeddings request: unit vectors that follow from a text's hash alone.
///
/// Equal texts have equal vectors, any two others are nearly orthogonal: no meaning is in them.
package struct Embeddings: Sendable {
    /// The model as the request names it.
    package let name: String
    private let model: ModelCatalogue.Model
    /// The texts; an input of token numbers is taken as their text.
    package let texts: [String]
    private let dimensions: Int
    private let isBase64: Bool

    package init(_ body: JSONValue) throws(APIError) {
        guard let name = body["model"]?.string else { throw APIError(400, "you must provide a model parameter") }
        self.name = name
        model = try ModelCatalogue.model(name)
        guard case .embedding(let native) = model.kind else {
            throw APIError(403, "You are not allowed to generate embeddings from this model")
        }
        guard let input = body["input"] else { throw .missing("input") }
        texts = Self.texts(of: input)
        guard !texts.isEmpty, texts.count <= 2_048, texts.allSatisfy({ !$0.isEmpty }) else {
            throw APIError(400, "'$.input' is invalid. Please check the API reference.", param: "input")
        }
        dimensions = body["dimensions"]?.int ?? native
        guard (1...native).contains(dimensions) else {
            throw APIError(
                400, "Invalid value for 'dimensions' = \(dimensions). Must be between 1 and \(native).",
                param: "dimensions")
        }
        switch body["encoding_format"]?.string ?? "float" {
        case "float": isBase64 = false
        case "base64": isBase64 = true
        case let other:
            throw APIError(
                400, "Invalid value: '\(other)'. Supported values are: 'float' and 'base64'.",
                param: "encoding_format", code: "invalid_value")
        }
    }

    private static func texts(of input: JSONValue) -> [String] {
        switch input {
        case .string(let text): [text]
        case .array(let elements) where elements.first?.int != nil: [input.text]
        case .array(let elements): elements.map { $0.string ?? $0.text }
        default: []
        }
    }

    package var json: JSONValue {
        let data = texts.enumerated().map { index, text -> JSONValue in
            let vector = Self.vector(of: text, dimensions: dimensions)
            let embedding: JSONValue =
                isBase64
                ? .string(base64(vector.flatMap { littleEndian($0) }))
                : .array(vector.map { .number(Double($0)) })
            return ["object": "embedding", "index": .number(index), "embedding": embedding]
        }
        let tokens = texts.reduce(0) { $0 + $1.standInTokens }
        return [
            "object": "list", "data": .array(data), "model": .string(model.snapshot),
            "usage": ["prompt_tokens": .number(tokens), "total_tokens": .number(tokens)],
        ]
    }

    /// A vector of length 1 whose direction is drawn from the cube by the text's hash. [dimensions]
    package static func vector(of text: String, dimensions: Int) -> [Float] {
        var hash = StableHash()
        hash.add(text)
        var generator = SplitMix64(seed: hash.value)
        let values = (0..<dimensions).map { _ in Double.random(in: -1...1, using: &generator) }
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { Float($0 / length) }
    }
}

private func littleEndian(_ value: Float) -> [UInt8] {
    let bits = value.bitPattern
    return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: bits >> UInt32($0)) }
}

/// Base 64 with padding (RFC 4648, section 4).
func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for digit in 0..<4 {
            output.append(
                digit <= group.count ? alphabet[bits >> (18 - 6 * digit) & 63] : UInt8(ascii: "="))
        }
    }
    return String(decoding: output, as: UTF8.self)
}

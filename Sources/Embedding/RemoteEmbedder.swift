import FoundationEssentials
package import HTTP
import JSON
import Support

/// Any server with an OpenAI-compatible `POST {base}/embeddings`.
package struct RemoteEmbedder: Embedder {
    /// Sends a POST request and gives the response with its whole body.
    package typealias Send = @Sendable (_ url: String, _ headers: Headers, _ body: [UInt8]) async throws -> Response

    package let identity: EmbedderIdentity
    private let url: String
    private let model: String
    private let requestsDimension: Bool
    private let headers: Headers
    private let send: Send

    /// - Parameters:
    ///   - base: the API's URL, as `https://api.openai.com/v1`.
    ///   - dimension: what the model's vectors have.
    ///   - requestsDimension: whether the server is asked to shorten its vectors to `dimension`; not every model can.
    package init(
        base: String, model: String, dimension: Int, requestsDimension: Bool = false, apiKey: String? = nil,
        send: @escaping Send
    ) {
        precondition((1...Limits.embeddingDimensionMax).contains(dimension), "a dimension within the limit")
        identity = EmbedderIdentity(name: "remote:\(model)/\(dimension)", dimension: dimension)
        url = (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/embeddings"
        self.model = model
        self.requestsDimension = requestsDimension
        var headers: Headers = ["Content-Type": "application/json", "Accept": "application/json"]
        if let apiKey { headers["Authorization"] = "Bearer " + apiKey }
        self.headers = headers
        self.send = send
    }

    package func embed(_ texts: [String]) async throws -> [[Float]] {
        var vectors: [[Float]] = []
        vectors.reserveCapacity(texts.count)
        var start = 0
        while start < texts.count {
            let end = min(start + Limits.textsPerBatchMax, texts.count)
            vectors += try await embed(batch: Array(texts[start..<end]))
            start = end
        }
        return vectors
    }

    private func embed(batch texts: [String]) async throws -> [[Float]] {
        var request: JSONObject = [
            "model": .string(model), "input": .array(texts.map { .string($0) }), "encoding_format": "base64",
        ]
        if requestsDimension { request["dimensions"] = .number(identity.dimension) }
        let response: Response
        do {
            response = try await send(url, headers, JSONValue.object(request).bytes)
        } catch let error as CancellationError {
            throw error
        } catch {
            // The transport has a word of its own for a call that was given up.
            try Task.checkCancellation()
            throw EmbeddingError(
                .upstream(status: nil), "cannot reach the embedding server at \(url)", why: "\(error)",
                remedy: "check the address and the network")
        }
        guard let body = response.body.bytes else { throw badReply("its body is a stream") }
        guard response.status == 200 else { throw refusal(response.status, body) }
        let reply: JSONValue
        do throws(JSONError) {
            reply = try JSONValue.parse(body, depthMax: Limits.jsonDepthMax)
        } catch {
            throw badReply("\(error)")
        }
        return try vectors(of: reply, count: texts.count)
    }

    private func vectors(of reply: JSONValue, count: Int) throws(EmbeddingError) -> [[Float]] {
        guard let data = reply["data"]?.array else { throw badReply("it has no array \"data\"") }
        guard data.count == count else { throw badReply("it has \(data.count) vectors instead of \(count)") }
        var vectors = [[Float]?](repeating: nil, count: count)
        for element in data {
            guard let index = element["index"]?.int, vectors.indices.contains(index), vectors[index] == nil else {
                throw badReply("an \"index\" is missing, stands twice or is out of range")
            }
            guard let embedding = element["embedding"] else { throw badReply("vector \(index) is missing") }
            vectors[index] = try vector(embedding, index: index)
        }
        // As many different places as vectors: none is left empty.
        return vectors.map { $0! }
    }

    /// A vector from base64 of little-endian float32 or from an array of numbers, checked and scaled to length 1.
    private func vector(_ value: JSONValue, index: Int) throws(EmbeddingError) -> [Float] {
        let elements: [Float]
        if let text = value.string {
            guard let data = Data(base64Encoded: text), data.count % 4 == 0 else {
                throw badReply("vector \(index) is not base64 of float32")
            }
            let bytes = Array(data)
            elements = stride(from: 0, to: bytes.count, by: 4).map { offset in
                let pattern = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) }
                return Float(bitPattern: pattern)
            }
        } else if let numbers = value.array {
            // What is no number becomes NaN, which is refused below.
            elements = numbers.map { Float($0.double ?? .nan) }
        } else {
            throw badReply("vector \(index) is \(value.kind)")
        }
        guard elements.count == identity.dimension else {
            throw EmbeddingError(
                .badReply, "the embedding server at \(url) sent something unusable",
                why: "vector \(index) has \(elements.count) dimensions instead of \(identity.dimension)",
                remedy: "set the model's dimension to what it has")
        }
        guard elements.allSatisfy(\.isFinite) else {
            throw badReply("vector \(index) has an element that is no number")
        }
        // In double precision no square of a float overflows or vanishes.
        let length = elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length > 0 else { throw badReply("vector \(index) is zero") }
        return elements.map { Float(Double($0) / length) }
    }

    private func badReply(_ why: String) -> EmbeddingError {
        EmbeddingError(
            .badReply, "the embedding server at \(url) sent something unusable", why: why,
            remedy: "check that it speaks OpenAI's embeddings API")
    }

    private func refusal(_ status: Int, _ body: [UInt8]) -> EmbeddingError {
        let message = (try? JSONValue.parse(body, depthMax: Limits.jsonDepthMax))?["error"]?["message"]?.string
        let remedy =
            switch status {
            case 401, 403: "check the API key"
            case 404: "check the address and the model's name"
            case 429, 500...: "try again later"
            default: nil as String?
            }
        return EmbeddingError(
            .upstream(status: status), "the embedding server at \(url) refused with status \(status)",
            why: message.map { Log.singleLine(String($0.prefix(200))) }, remedy: remedy)
    }
}

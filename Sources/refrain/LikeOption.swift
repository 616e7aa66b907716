import JSON
import Support
import Terminal

/// `--like FILE`: the file is a chat request as an application sends it, and entries are to answer such requests.
enum LikeOption {
    static let specification = OptionSpecification(
        "like", value: ValueSpecification("FILE", .file),
        "answer requests like the one in this JSON file: of its model, system message and parameters")

    /// The context of such requests; nil where the option is not given.
    static func context(_ context: CommandContext, _ connection: ServiceConnection) async throws -> JSONValue? {
        guard let path = context.arguments.value("like") else { return nil }
        do {
            let request = try JSONValue.parse(
                try TextFile.read(path, bytesMax: Limits.requestBodyBytesMax), depthMax: Limits.jsonDepthMax)
            return try await connection.post("/cache/context", request)["context"]
        } catch let error as JSONError {
            throw CommandError("\(path) is no chat request", why: error.description)
        } catch let error as FileFailure {
            throw CommandError("\(path) cannot be read", why: error.reason)
        }
    }
}

extension JSONValue {
    /// An object with one more member; anything else as it is.
    func adding(_ name: String, _ value: JSONValue) -> JSONValue {
        guard var object else { return self }
        object[name] = value
        return .object(object)
    }
}

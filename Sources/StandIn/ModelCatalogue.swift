/// The models that the stand-in plays, and how they differ at the wire.
package enum ModelCatalogue {
    package struct Model: Sendable {
        /// The name that a client asks for.
        package let name: String
        /// The dated name that answers carry.
        package let snapshot: String
        package let kind: Kind
    }

    package enum Kind: Sendable, Equatable {
        /// Takes `temperature` and `max_tokens`.
        case chat
        /// Takes `max_completion_tokens` only, `temperature` only where `effort` is "none".
        case reasoning(efforts: [String])
        /// - Parameter dimensions: the width of a vector when the request names none.
        case embedding(dimensions: Int)
    }

    package static let models: [Model] = {
        let older = ["minimal", "low", "medium", "high"]
        return [
            Model(name: "gpt-5-mini", snapshot: "gpt-5-mini-2025-08-07", kind: .reasoning(efforts: older)),
            Model(name: "gpt-5-nano", snapshot: "gpt-5-nano-2025-08-07", kind: .reasoning(efforts: older)),
            Model(name: "gpt-5", snapshot: "gpt-5-2025-08-07", kind: .reasoning(efforts: older)),
            Model(
                name: "gpt-5.1", snapshot: "gpt-5.1-2025-11-13",
                kind: .reasoning(efforts: ["none", "low", "medium", "high"])),
            Model(
                name: "gpt-5.2", snapshot: "gpt-5.2-2025-12-11",
                kind: .reasoning(efforts: ["none", "low", "medium", "high", "xhigh"])),
            Model(
                name: "gpt-6.1-terra", snapshot: "gpt-6.1-terra",
                kind: .reasoning(efforts: ["medium", "none", "low", "high", "xhigh", "max"])),
            Model(name: "gpt-4.1", snapshot: "gpt-4.1-2025-04-14", kind: .chat),
            Model(name: "gpt-4.1-mini", snapshot: "gpt-4.1-mini-2025-04-14", kind: .chat),
            Model(name: "gpt-4o", snapshot: "gpt-4o-2024-08-06", kind: .chat),
            Model(name: "gpt-4o-mini", snapshot: "gpt-4o-mini-2024-07-18", kind: .chat),
            Model(
                name: "text-embedding-3-small", snapshot: "text-embedding-3-small",
                kind: .embedding(dimensions: 1_536)),
            Model(
                name: "text-embedding-3-large", snapshot: "text-embedding-3-large",
                kind: .embedding(dimensions: 3_072)),
        ]
    }()

    /// The model of that name or of that snapshot.
    package static func model(_ name: String) throws(APIError) -> Model {
        guard let model = models.first(where: { $0.name == name || $0.snapshot == name }) else {
            throw APIError(
                404, "The model `\(name)` does not exist or you do not have access to it.", code: "model_not_found")
        }
        return model
    }
}

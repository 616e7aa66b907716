import Support

/// Why a text has no vector.
package struct EmbeddingError: ExplainedError, Equatable {
    package enum Kind: Sendable, Hashable {
        /// A model file is not there or cannot be read.
        case modelMissing
        /// A model file is not the one it should be.
        case modelDamaged
        /// The system gives no more threads.
        case noThread
        /// Too many texts wait already.
        case busy
        /// The remote embedder could not be reached or refused; the HTTP status where one came.
        case upstream(status: Int?)
        /// The remote embedder answered with something that is not the vectors asked for.
        case badReply
    }

    package let kind: Kind
    package let what: String
    package let why: String?
    package let remedy: String?

    init(_ kind: Kind, _ what: String, why: String? = nil, remedy: String? = nil) {
        self.kind = kind
        self.what = what
        self.why = why
        self.remedy = remedy
    }

    static func missing(_ path: String, _ why: String) -> EmbeddingError {
        EmbeddingError(
            .modelMissing, "cannot read the model file \(path)", why: why,
            remedy: "run `refrain model fetch`, or name the model's directory with --model")
    }

    static func damaged(_ path: String, _ why: String) -> EmbeddingError {
        EmbeddingError(
            .modelDamaged, "the model file \(path) is damaged", why: why,
            remedy: "delete it and run `refrain model fetch`")
    }

    static func busy(waiting: Int, added: Int, limit: Int) -> EmbeddingError {
        EmbeddingError(
            .busy, "the embedding queue is full",
            why: "\(waiting) texts wait, \(added) more would pass the limit of \(limit)",
            remedy: "try again in a moment, with fewer texts at once")
    }
}

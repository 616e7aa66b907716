import Cache
import Glibc
import JSON
import Synchronization

/// What the judge weighed of each candidate in a replay, with its label: what its prior is fitted to.
///
/// The first line names the features; each further one is a request: its question, and its candidates, nearest first.
package final class FeatureFile: Sendable {
    private let path: String
    private let descriptor: Int32
    private let buffer = Mutex<[UInt8]>([])

    private static let bufferBytes = 1 << 20

    /// - Throws: when the file cannot be made.
    package init(_ path: String) throws(FileProblem) {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileProblem("create", path, errno) }
        append(["features": .array(JudgeFeatures.names.map { .string($0) })])
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func add(_ question: String, _ candidates: [(text: String, relation: LabelledTexts.Relation, features: [Float])])
        throws(FileProblem)
    {
        let rows = candidates.map { candidate -> JSONValue in
            [
                "text": .string(candidate.text), "relation": .string("\(candidate.relation)"),
                "features": .array(candidate.features.map { .number((Double($0) * 1e5).rounded() / 1e5) }),
            ]
        }
        append(["question": .string(question), "candidates": .array(rows)])
        if buffer.withLock({ $0.count }) >= FeatureFile.bufferBytes { try flush() }
    }

    /// - Throws: when what was added could not be written.
    package func flush() throws(FileProblem) {
        let bytes = buffer.withLock { buffer in
            defer { buffer = [] }
            return buffer
        }
        try write(all: bytes, to: descriptor, path)
    }

    private func append(_ line: JSONValue) {
        buffer.withLock { $0 += line.bytes + [UInt8(ascii: "\n")] }
    }
}

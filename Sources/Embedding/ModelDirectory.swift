import FoundationEssentials
import Support

/// The directory of all-MiniLM-L6-v2: where it is and whether its files are the right ones.
package struct ModelDirectory: Sendable {
    package let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// `$XDG_CACHE_HOME/refrain/models/all-MiniLM-L6-v2`, shared by all data directories.
    ///
    /// A cache directory that is unset or relative counts as `$HOME/.cache` (XDG base directory specification).
    package static func standard(environment: [String: String]) -> ModelDirectory {
        let cache = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return ModelDirectory(
            (cache ?? (environment["HOME"] ?? "") + "/.cache") + "/refrain/models/all-MiniLM-L6-v2")
    }

    /// A file as it was published.
    struct Expected: Sendable {
        let name: String
        let bytes: Int
        /// SHA-256, hexadecimal.
        let digest: String
    }

    static let weights = Expected(
        name: "model.safetensors", bytes: 90_868_376,
        digest: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")
    static let vocabulary = Expected(
        name: "vocab.txt", bytes: 231_508,
        digest: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3")

    /// Opens a file and makes sure that it is the one expected.
    ///
    /// Hashing 90 MB at every start would take longer than all else. So a file found right gets a stamp beside it,
    /// `NAME.verified`, and is hashed again only when its size or its time of change differ from the stamp's.
    func open(_ expected: Expected) throws(EmbeddingError) -> MappedFile {
        let file = try MappedFile(path: path + "/" + expected.name)
        guard file.count == expected.bytes else {
            throw .damaged(file.path, "it has \(file.count) bytes instead of \(expected.bytes)")
        }
        let stampPath = file.path + ".verified"
        let stamp = Array(
            "\(file.count) bytes, changed \(file.modified.seconds) s \(file.modified.nanoseconds) ns, \(expected.digest)\n"
                .utf8)
        if let found = try? MappedFile(path: stampPath), found.bytes == stamp { return file }
        let digest = file.digest.hex
        guard digest == expected.digest else {
            throw .damaged(file.path, "its SHA-256 is \(digest) instead of \(expected.digest)")
        }
        // In a directory that cannot be written, the file is hashed at every start.
        try? Data(stamp).write(to: URL(fileURLWithPath: stampPath), options: .atomic)
        return file
    }
}

import Foundation

/// A folder of a test's own, removed with everything in it.
///
/// It stands in /tmp: a Unix socket's path has 107 bytes at most.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = "/tmp/refrain-e2e-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a name in the folder.
    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Writes a file that only its owner may read, as keys have to be, and returns its path.
    func file(_ name: String, _ text: String) throws -> String {
        let path = self(name)
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: self(name))))
    }
}

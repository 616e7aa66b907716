import Cache
import Configuration
import Glibc
import Questions
import Support

/// The key of a data directory's pseudonyms and of digests that nobody is to guess: a file of its own, so that a copy of
/// the database alone does not have it.
enum PersonalDataKey {
    /// What becomes of personal data, as the settings have it; the key is made with the first use.
    static func policy(_ settings: Settings) throws(CommandError) -> PersonalDataPolicy {
        let scanner = PersonalDataScanner(allowed: settings.personalData.allowed ?? [])
        let mode: PersonalDataPolicy.Mode
        switch settings.personalData.mode {
        case .keep: return PersonalDataPolicy(.keep, scanner, key: [])
        case .redact: mode = .redact
        case .refuse: mode = .refuse
        }
        return PersonalDataPolicy(mode, scanner, key: try key(settings.data))
    }

    private static func key(_ data: String) throws(CommandError) -> [UInt8] {
        let path = data + "/personal-data.key"
        do throws(FileFailure) {
            do throws(FileFailure) {
                return try read(path)
            } catch  where error.isMissing {
                try make(path)
                return try read(path)
            }
        } catch {
            throw CommandError(
                "\(path) cannot be used", why: error.reason,
                remedy: "mend it; without it, questions that were stored with placeholders are found no more")
        }
    }

    private static func read(_ path: String) throws(FileFailure) -> [UInt8] {
        let text = try TextFile.read(path, bytesMax: Limits.secretFileBytesMax, isPrivate: true)
        guard let digest = Digest(hex: String(text.prefix(64))) else {
            throw FileFailure(reason: "not 64 hexadecimal digits")
        }
        return digest.bytes
    }

    private static func make(_ path: String) throws(FileFailure) {
        let random = (0..<32).map { _ in UInt8.random(in: 0...255) }
        let bytes = Array((Digest(bytes: random).hex + "\n").utf8)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFailure("cannot make it", errno: errno) }
        defer { close(descriptor) }
        let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count, fsync(descriptor) == 0 else { throw FileFailure("cannot write it", errno: errno) }
    }
}

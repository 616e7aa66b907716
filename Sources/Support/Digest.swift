import CCrypto

/// A SHA-256 digest (FIPS 180-4): names a scope, a question's wording, a model file, a token.
package struct Digest: Hashable, Sendable {
    package static let byteCount = 32

    /// `byteCount` of them.
    package let bytes: [UInt8]

    /// - Precondition: `byteCount` bytes.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == Digest.byteCount, "a SHA-256 digest has 32 bytes")
        self.bytes = bytes
    }

    /// Any part of a digest is as good as a hash of it.
    package func hash(into hasher: inout Swift.Hasher) {
        hasher.combine(unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: UInt64.self) })
    }

    package init(of data: some Sequence<UInt8>) {
        var hasher = Hasher()
        hasher.update(Array(data))
        self = hasher.finish()
    }

    package init(of text: String) {
        self.init(of: text.utf8)
    }

    /// - Returns: nil unless the text is 64 hexadecimal digits.
    package init?(hex text: String) {
        let digits = text.utf8.map { Int(String(UnicodeScalar($0)), radix: 16) }
        guard digits.count == 64, !digits.contains(nil) else { return nil }
        let values = digits.compactMap(\.self)
        bytes = (0..<32).map { UInt8(values[2 * $0] << 4 | values[2 * $0 + 1]) }
    }

    /// Lower-case hexadecimal, 64 characters.
    package var hex: String {
        var text = ""
        text.reserveCapacity(64)
        for byte in bytes {
            if byte < 16 { text += "0" }
            text += String(byte, radix: 16)
        }
        return text
    }

    /// The digest of data that comes in pieces.
    @safe package struct Hasher: ~Copyable {
        private let context: OpaquePointer
        /// Fetched once: `EVP_sha256` has each use search for it (OpenSSL 3, crypto(7)).
        nonisolated(unsafe) private static let algorithm = unsafe EVP_MD_fetch(nil, "SHA256", nil)

        package init() {
            guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(context, Hasher.algorithm, nil) == 1
            else { fatalError("libcrypto cannot make a SHA-256 context") }
            unsafe self.context = context
        }

        deinit {
            unsafe EVP_MD_CTX_free(context)
        }

        package mutating func update(_ data: [UInt8]) {
            unsafe data.withUnsafeBytes { unsafe update($0) }
        }

        package mutating func update(_ data: UnsafeRawBufferPointer) {
            let result = unsafe EVP_DigestUpdate(context, data.baseAddress, data.count)
            precondition(result == 1, "libcrypto cannot hash")
        }

        package consuming func finish() -> Digest {
            var bytes = [UInt8](repeating: 0, count: 32)
            let result = unsafe EVP_DigestFinal_ex(context, &bytes, nil)
            precondition(result == 1, "libcrypto cannot finish a hash")
            return Digest(bytes: bytes)
        }
    }
}

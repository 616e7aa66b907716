import CCrypto
import CXXHash

/// A SHA-256 digest (FIPS 180-4): names a scope, a question's wording, a model file, a token.
package struct Digest: Hashable, Sendable {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// - Precondition: 32 bytes.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
        self.bytes = bytes
    }

    package init(of data: some Sequence<UInt8>) {
        var hasher = Hasher()
        hasher.update(Array(data))
        self = hasher.finish()
    }

    package init(of text: String) {
        self.init(of: text.utf8)
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

        package init() {
            guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
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

/// The checksum stored with every row (XXH3, 64 bits): finds a flipped bit, not a forger.
@safe package struct Checksum: ~Copyable {
    private let state: OpaquePointer

    package init() {
        guard let state = unsafe XXH3_createState() else { fatalError("out of memory") }
        unsafe self.state = state
        unsafe XXH3_64bits_reset(state)
    }

    deinit {
        unsafe XXH3_freeState(state)
    }

    /// Begins anew, without allocating: a scan checks a million rows with one state.
    package mutating func reset() {
        unsafe XXH3_64bits_reset(state)
    }

    /// Adds a field. The length goes first, so that moving a byte from one field to the next changes the sum.
    package mutating func add(_ field: UnsafeRawBufferPointer) {
        var length = UInt64(field.count).littleEndian
        unsafe XXH3_64bits_update(state, &length, 8)
        unsafe XXH3_64bits_update(state, field.baseAddress, field.count)
    }

    package mutating func add(_ field: [UInt8]) {
        unsafe field.withUnsafeBytes { unsafe add($0) }
    }

    package mutating func add(_ field: String) {
        var field = field
        field.withUTF8 { unsafe add(UnsafeRawBufferPointer($0)) }
    }

    package mutating func add(_ field: Int64) {
        var field = field.littleEndian
        unsafe withUnsafeBytes(of: &field) { unsafe add($0) }
    }

    /// The sum as SQLite stores an integer.
    package var value: Int64 { unsafe Int64(bitPattern: XXH3_64bits_digest(state)) }
}

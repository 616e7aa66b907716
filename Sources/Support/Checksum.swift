import CXXHash

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

import CMicroHTTPD
import HTTP

/// Reads a request's headers out of libmicrohttpd, and sees whether they are all that was sent.
///
/// Version 0.9.75 parses the headers in place: names and values are pieces of the received bytes, in order, and the line
/// ends between them are overwritten with NUL. But it glues a folded line to the *name* before it (`Content-Len: 5`,
/// ` gth` becomes `Content-Length: 5`), takes a line that begins with a colon for the end of the headers, and cuts a
/// value at a NUL. A proxy in front would have understood another request. All three show in the bytes: a name out of its
/// place, or bytes that belong to no name and no value.
enum RequestHeaders {
    /// - Parameters:
    ///   - handle: a connection within a callback for it.
    ///   - section: the received bytes from the end of the first line to the end of the headers.
    /// - Returns: the headers, and whether every byte of the section belongs to one or stands between two.
    static func read(
        _ handle: OpaquePointer, section: UnsafeRawBufferPointer
    ) -> (headers: Headers, isWhole: Bool) {
        var reader = unsafe Reader(section: section)
        unsafe withUnsafeMutablePointer(to: &reader) { pointer in
            _ = unsafe MHD_get_connection_values_n(
                handle, .HEADER_KIND,
                { closure, _, name, nameSize, value, valueSize in
                    guard let reader = unsafe closure?.assumingMemoryBound(to: Reader.self) else { return .NO }
                    unsafe reader.pointee.add(
                        UnsafeRawBufferPointer(start: name, count: name == nil ? 0 : nameSize),
                        UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : valueSize))
                    return .YES
                }, pointer)
        }
        unsafe reader.skip(to: section.count)
        return unsafe (reader.headers, reader.isWhole)
    }
}

@unsafe private struct Reader {
    let section: UnsafeRawBufferPointer
    var headers = Headers()
    var isWhole = true
    /// Up to where the section's bytes are accounted for.
    private var position = 0

    init(section: UnsafeRawBufferPointer) {
        unsafe self.section = section
        // More than most clients send.
        unsafe headers.reserveCapacity(12)
    }

    mutating func add(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        unsafe account(for: name)
        unsafe account(for: value)
        // Bytes that are no UTF-8 become replacement characters; no header that is understood has any.
        unsafe headers.add(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }

    private mutating func account(for piece: UnsafeRawBufferPointer) {
        guard let start = piece.baseAddress, let sectionStart = unsafe section.baseAddress else {
            unsafe isWhole = false
            return
        }
        // As integers: the distance of pointers into different memory has no meaning.
        let offset = Int(bitPattern: start) &- Int(bitPattern: sectionStart)
        unsafe skip(to: offset)
        unsafe position = offset &+ piece.count
    }

    /// Accounts for the bytes up to an offset, which may only be what stands between names and values.
    mutating func skip(to offset: Int) {
        guard unsafe isWhole && position <= offset && offset <= section.count else {
            unsafe isWhole = false
            return
        }
        unsafe isWhole = section[position..<offset].allSatisfy { byte in
            byte == 0 || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
                || byte == UInt8(ascii: "\n")
        }
    }
}

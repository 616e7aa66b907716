import CMicroHTTPD
import HTTP

/// A request's head in libmicrohttpd's memory: its bytes, and where libmicrohttpd took them apart. Nothing else tells what
/// the head says.
///
/// Version 0.9.75 parses the head in place: names and values are pieces of the received bytes, in order, and the line
/// ends between them are overwritten with NUL. But it glues a folded line to the *name* before it (`Content-Len: 5`,
/// ` gth` becomes `Content-Length: 5`), takes a line that begins with a colon for the end of the headers, and cuts a
/// value at a NUL. A proxy in front would have understood another request. All three show in the bytes: a name out of its
/// place, or bytes that belong to no name and no value.
@unsafe struct ReceivedHead {
    /// The target as it came; libmicrohttpd's own is taken apart already.
    let target: [UInt8]
    /// The first line and the headers; the first line ends with the version.
    let bytes: UnsafeRawBufferPointer
    let places: Places

    /// Where the pieces are, counted from the first of the bytes.
    struct Places: Equatable {
        var target: Int
        var version: Int
        var fields: [Field] = []

        struct Field: Equatable {
            var name: Int
            var nameSize: Int
            var value: Int
            var valueSize: Int
        }
    }

    /// - Parameters:
    ///   - handle: a connection within a callback for it.
    ///   - method, target, version: pieces of the received first line.
    init(
        _ handle: OpaquePointer, target: [UInt8], method: UnsafePointer<CChar>,
        targetPiece: UnsafePointer<CChar>, version: UnsafePointer<CChar>
    ) {
        unsafe self.target = target
        unsafe bytes = UnsafeRawBufferPointer(start: method, count: mhd_request_header_bytes(handle))
        var reader = unsafe Reader(
            start: Int(bitPattern: method), places: Places(target: targetPiece - method, version: version - method))
        // More than most clients send.
        reader.places.fields.reserveCapacity(12)
        unsafe withUnsafeMutablePointer(to: &reader) { pointer in
            _ = unsafe MHD_get_connection_values_n(
                handle, .HEADER_KIND,
                { closure, _, name, nameSize, value, valueSize in
                    guard let reader = unsafe closure?.assumingMemoryBound(to: Reader.self) else { return .NO }
                    unsafe reader.pointee.add(Int(bitPattern: name), nameSize, Int(bitPattern: value), valueSize)
                    return .YES
                }, pointer)
        }
        unsafe places = reader.places
    }

    private struct Reader {
        let start: Int
        var places: Places

        /// As integers: the distance of pointers into different memory has no meaning.
        mutating func add(_ name: Int, _ nameSize: Int, _ value: Int, _ valueSize: Int) {
            places.fields.append(
                Places.Field(name: name &- start, nameSize: nameSize, value: value &- start, valueSize: valueSize))
        }
    }
}

extension ReceivedHead {
    var method: String { unsafe String(cString: start) }
    var version: String { unsafe String(cString: start + places.version) }

    /// Whether libmicrohttpd took the target for what came: one with a NUL it handed over only up to that, so that the
    /// version is further away than its end.
    var isTargetWhole: Bool { unsafe places.version - places.target == target.count + 1 }

    var headers: Headers {
        var headers = Headers()
        unsafe headers.reserveCapacity(places.fields.count)
        for field in unsafe places.fields {
            unsafe headers.add(text(field.name, field.nameSize), text(field.value, field.valueSize))
        }
        return headers
    }

    /// Whether every byte behind the first line belongs to a name or a value, or stands between two.
    var isWhole: Bool {
        var position = unsafe places.version + version.utf8.count
        for field in unsafe places.fields {
            guard unsafe isSeparator(position, field.name), unsafe isSeparator(field.name + field.nameSize, field.value)
            else { return false }
            position = field.value + field.valueSize
        }
        return unsafe isSeparator(position, bytes.count)
    }

    private var start: UnsafePointer<CChar> { unsafe bytes.baseAddress!.assumingMemoryBound(to: CChar.self) }

    /// Bytes that are no UTF-8 become replacement characters; no header that is understood has any.
    private func text(_ offset: Int, _ size: Int) -> String {
        // Counted from the first byte as it was counted, wherever the piece is.
        let piece = unsafe UnsafeRawPointer(bitPattern: Int(bitPattern: start) &+ offset)
        let bytes = unsafe UnsafeRawBufferPointer(start: piece, count: piece == nil ? 0 : size)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    private func isSeparator(_ start: Int, _ end: Int) -> Bool {
        guard unsafe 0 <= start && start <= end && end <= bytes.count else { return false }
        return unsafe bytes[start..<end].allSatisfy { byte in
            byte == 0 || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
                || byte == UInt8(ascii: "\n")
        }
    }
}

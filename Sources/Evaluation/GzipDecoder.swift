import CZlib
import Support

/// Unpacks gzip (RFC 1952) as its bytes come; several members after one another are one text.
@safe
struct GzipDecoder: ~Copyable {
    // On the heap, because zlib keeps the address of its stream.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isInMember = false

    init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let result = unsafe inflate_init_gzip(stream)
        precondition(result == Z_OK, "zlib cannot begin: \(result)")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// What these bytes unpack to.
    mutating func decode(_ bytes: [UInt8]) throws(DataError) -> [UInt8] {
        var input = bytes
        var output: [UInt8] = []
        var failure: Int32 = Z_OK
        unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe stream.pointee.next_in = input.baseAddress
            unsafe stream.pointee.avail_in = UInt32(input.count)
            var isMore = !input.isEmpty
            while isMore {
                isInMember = true
                let (piece, result) = nextPiece()
                output += piece
                if result == Z_STREAM_END {
                    isInMember = false
                    unsafe inflateReset(stream)
                } else if result != Z_OK && result != Z_BUF_ERROR {
                    failure = result
                    return
                }
                let isFull = piece.count == GzipDecoder.pieceBytes
                isMore = unsafe stream.pointee.avail_in > 0 || (isFull && isInMember)
            }
        }
        guard failure == Z_OK else { throw DataError("the file is no gzip file, or a damaged one") }
        return output
    }

    /// To be called at the end of the input.
    func finish() throws(DataError) {
        if isInMember { throw DataError("the gzip file is cut off") }
    }

    private static let pieceBytes = 1 << 18

    private func nextPiece() -> ([UInt8], result: Int32) {
        var result: Int32 = Z_OK
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: GzipDecoder.pieceBytes) { buffer, filled in
            unsafe stream.pointee.next_out = buffer.baseAddress
            unsafe stream.pointee.avail_out = UInt32(buffer.count)
            result = unsafe inflate(stream, Z_NO_FLUSH)
            filled = unsafe buffer.count - Int(stream.pointee.avail_out)
        }
        return (piece, result)
    }
}

import JSON

/// The tensors of a safetensors file, read where they lie.
///
/// The format: 8 bytes little-endian length of a JSON header, the header, then the data without holes
/// (https://huggingface.co/docs/safetensors, "Format"). Everything the header says is checked before use.
final class SafeTensors: Sendable {
    struct Tensor: Sendable {
        let type: String
        let shape: [Int]
        /// Where it lies in the file, in bytes.
        let range: Range<Int>
    }

    let tensors: [String: Tensor]
    private let file: MappedFile

    init(_ file: MappedFile) throws(EmbeddingError) {
        self.file = file
        do throws(HeaderError) {
            tensors = try SafeTensors.readTensors(file)
        } catch {
            throw .damaged(file.path, error.reason)
        }
    }

    /// The place of one tensor of floats.
    ///
    /// - Throws: when there is none of that name, type F32 and shape.
    func find(_ name: String, shape: [Int]) throws(EmbeddingError) -> Tensor {
        guard let tensor = tensors[name] else { throw .damaged(file.path, "it has no tensor \(name)") }
        guard tensor.type == "F32", tensor.shape == shape else {
            throw .damaged(file.path, "\(name) is \(tensor.type)\(tensor.shape) instead of F32\(shape)")
        }
        guard tensor.range.lowerBound % 4 == 0 else { throw .damaged(file.path, "\(name) is not aligned") }
        return tensor
    }

    /// Reads a tensor found before.
    func withFloats<Result>(_ tensor: Tensor, _ body: (Span<Float>) -> Result) -> Result {
        file.withFloats(tensor.range, body)
    }

    /// Frees the memory that reading took; what is read again comes from the system's file cache.
    func release() { file.release() }

    /// A copy of a tensor's floats.
    func floats(_ name: String, shape: [Int]) throws(EmbeddingError) -> [Float] {
        withFloats(try find(name, shape: shape)) { span in unsafe span.withUnsafeBufferPointer { unsafe Array($0) } }
    }
}

private struct HeaderError: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

extension SafeTensors {
    /// The format's own bound for a header.
    private static let headerBytesMax = 100_000_000
    private static let bytesPerElement = [
        "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
    ]

    private static func readTensors(_ file: MappedFile) throws(HeaderError) -> [String: Tensor] {
        guard file.count >= 8 else { throw HeaderError("it ends within the header's length") }
        let length = file.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= headerBytesMax, Int(length) <= file.count - 8 else {
            throw HeaderError("it ends within its header")
        }
        let dataStart = 8 + Int(length)
        let header = file.bytes(8..<dataStart)
        guard header.first == UInt8(ascii: "{") else { throw HeaderError("its header is not a JSON object") }
        let members: [JSONObject.Member]
        do throws(JSONError) {
            members = try JSONValue.parse(header).object?.members ?? []
        } catch {
            throw HeaderError("its header is \(error)")
        }
        var tensors: [String: Tensor] = [:]
        for member in members where member.name != "__metadata__" {
            tensors[member.name] = try readTensor(member, dataStart: dataStart, fileBytes: file.count)
        }
        try checkCoverage(tensors, dataStart: dataStart, fileBytes: file.count)
        return tensors
    }

    private static func readTensor(
        _ member: JSONObject.Member, dataStart: Int, fileBytes: Int
    ) throws(HeaderError) -> Tensor {
        let (name, value) = (member.name, member.value)
        guard let type = value["dtype"]?.string, let width = bytesPerElement[type] else {
            throw HeaderError("\(name) has an unknown dtype")
        }
        let shape = value["shape"]?.array?.map { $0.int ?? -1 }
        guard let shape, shape.allSatisfy({ $0 >= 0 }) else { throw HeaderError("\(name) has no valid shape") }
        var bytes = width
        for extent in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw HeaderError("\(name) has a shape beyond all memory") }
            bytes = product
        }
        let offsets = value["data_offsets"]?.array?.map { $0.int ?? -1 }
        guard let offsets, offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1],
            offsets[1] <= fileBytes - dataStart
        else { throw HeaderError("\(name) does not lie within the file") }
        guard offsets[1] - offsets[0] == bytes else {
            throw HeaderError("\(name) has \(offsets[1] - offsets[0]) bytes, its shape needs \(bytes)")
        }
        return Tensor(type: type, shape: shape, range: dataStart + offsets[0]..<dataStart + offsets[1])
    }

    /// The tensors must follow one another from the header to the file's end.
    private static func checkCoverage(
        _ tensors: [String: Tensor], dataStart: Int, fileBytes: Int
    ) throws(HeaderError) {
        var end = dataStart
        for (name, tensor) in tensors.sorted(by: { left, right in
            (left.value.range.lowerBound, left.value.range.upperBound)
                < (right.value.range.lowerBound, right.value.range.upperBound)
        }) {
            guard tensor.range.lowerBound >= end else { throw HeaderError("\(name) overlaps another tensor") }
            guard tensor.range.lowerBound == end else { throw HeaderError("bytes before \(name) belong to no tensor") }
            end = tensor.range.upperBound
        }
        guard end == fileBytes else { throw HeaderError("\(fileBytes - end) bytes at its end belong to no tensor") }
    }
}

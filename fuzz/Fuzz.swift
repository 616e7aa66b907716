// The entry point of libFuzzer: built by checks/fuzz.py, which chooses the target by REFRAIN_FUZZ_TARGET.
import Glibc
import HTTP
import JSON
import JSON5
import Models
import Plans
import Questions
import Records

@testable import API
@testable import Embedding
@testable import Server

/// What is done with any bytes: nothing of it may crash, hang, or break what is asserted here.
private let targets: [String: @Sendable ([UInt8]) -> Void] = [
    // What is keyed is what is sent upstream: written again and read again, a body says the same.
    "json": { bytes in
        guard let value = try? JSONValue.parse(bytes) else { return }
        let again = try? JSONValue.parse(value.text)
        precondition(again == value, "a JSON text is another one when it was written again")
    },
    "chat": { bytes in
        guard let value = try? RequestBody.parse(bytes) else { return }
        _ = try? ChatRequest(value)
        _ = try? ResponsesRequest(value)
    },
    "target": { bytes in
        guard let target = try? RequestTarget(bytes) else { return }
        // Its bytes are asked: to a text a slash with a combining mark is another sign.
        precondition(target.path == "*" || target.path.utf8.first == UInt8(ascii: "/"))
    },
    "questions": { bytes in
        let texts = String(decoding: bytes, as: UTF8.self).split(separator: "\n", maxSplits: 1).map(String.init)
        guard texts.count == 2 else { return }
        let once = CanonicalText.of(texts[0])
        precondition(CanonicalText.of(once).utf8.elementsEqual(once.utf8), "a canonical text has another one")
        precondition(Guard.conflicts(texts[0], texts[0]).isEmpty, "a question is in conflict with itself")
        _ = Guard.conflicts(texts[0], texts[1])
        for data in PersonalDataScanner().find(in: texts[1]) {
            precondition(data.range.upperBound <= texts[1].utf8.count)
        }
    },
    "wordpiece": { bytes in
        let ids = wordPiece.encode(String(decoding: bytes, as: UTF8.self))
        precondition(ids.count <= 256 && ids.count >= 2)
    },
    "safetensors": { bytes in
        let file = "/tmp/refrain-fuzz-\(getpid()).safetensors"
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { unsafe unlink(file) }
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        guard let mapped = try? MappedFile(path: file), let tensors = try? SafeTensors(mapped) else { return }
        for tensor in tensors.tensors.values { precondition(tensor.range.upperBound <= bytes.count) }
    },
    "plan": { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        _ = try? JSON5Parser.parse(text)
        _ = try? Plan.parse(text, name: "fuzz", file: "fuzz.json5")
    },
    // However they are cut, the same bytes are the same records.
    "records": { bytes in
        for format in [RecordFormat.jsonl, .csv] {
            var whole = RecordReader(format)
            let expected = (whole.read(bytes) + whole.finish()).map { "\($0.line) \($0.content)" }
            var cut = RecordReader(format)
            var records: [Record] = []
            for piece in pieces(of: bytes) { records += cut.read(piece) }
            records += cut.finish()
            precondition(records.map { "\($0.line) \($0.content)" } == expected, "\(format) depends on the cuts")
        }
    },
    "events": { bytes in
        var whole = ServerSentEventParser()
        guard let expected = try? whole.parse(bytes) else { return }
        var cut = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for piece in pieces(of: bytes) { events += (try? cut.parse(Array(piece))) ?? [] }
        precondition(events == expected, "events depend on the cuts")
    },
]

/// Pieces whose lengths the bytes themselves decide.
private func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while let first = rest.first {
        let piece = rest.prefix(1 + Int(first % 7))
        pieces.append(piece)
        rest = rest.dropFirst(piece.count)
    }
    return pieces
}

private let wordPiece: WordPiece = {
    let pieces = "[PAD] [UNK] [CLS] [SEP] [MASK] a b ##b ##c the ##ing 1 ##2 ! é 中"
    let text = pieces.split(separator: " ").joined(separator: "\n")
    return WordPiece(vocabulary: try! Vocabulary(Array(text.utf8), path: "vocab.txt"))
}()

private let target: @Sendable ([UInt8]) -> Void = {
    let name = unsafe getenv("REFRAIN_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = targets[name] else {
        print("REFRAIN_FUZZ_TARGET must be one of \(targets.keys.sorted().joined(separator: ", "))")
        exit(2)
    }
    return target
}()

/// One input of libFuzzer's.
@_cdecl("LLVMFuzzerTestOneInput") public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    target(unsafe Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}

@_silgen_name("LLVMFuzzerRunDriver") private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// What the package manager takes for the program's `main`.
@_cdecl("refrain_fuzz_main") public func runFuzzer(
    _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    var (count, arguments) = unsafe (count, arguments)
    return unsafe runDriver(&count, &arguments) { data, size in unsafe testOneInput(data, size) }
}

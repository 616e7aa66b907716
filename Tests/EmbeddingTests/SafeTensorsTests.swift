import Foundation
import Testing

@testable import Embedding

@Suite struct SafeTensorsTests {
    private static let goodHeader =
        #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"#
        + #""b":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}}      "#
    private static let goodData: [UInt8] = [0, 0, 128, 63, 0, 0, 0, 192] + [UInt8](repeating: 7, count: 8)

    private static func file(_ header: String, _ data: [UInt8]) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + header.utf8 + data
    }

    private func open(_ bytes: [UInt8]) throws -> SafeTensors {
        try withTemporaryFolder { folder in
            let url = folder.appending(path: "model.safetensors")
            try Data(bytes).write(to: url)
            return try SafeTensors(try MappedFile(path: url.path))
        }
    }

    @Test func tensorsAreReadWhereTheyLie() throws {
        // The header is padded so that the data is aligned, as writers do.
        let padding = String(repeating: " ", count: (8 - Self.goodHeader.utf8.count % 8) % 8)
        let file = try open(Self.file(Self.goodHeader + padding, Self.goodData))
        #expect(try file.floats("a", shape: [2, 1]) == [1, -2])
        #expect(file.tensors.keys.sorted() == ["a", "b"])
        #expect(throws: EmbeddingError.self) { try file.floats("a", shape: [2]) }
        #expect(throws: EmbeddingError.self) { try file.floats("b", shape: [1]) }
        #expect(throws: EmbeddingError.self) { try file.floats("c", shape: [1]) }
    }

    @Test func whatWasReleasedCanBeReadAgain() throws {
        let padding = String(repeating: " ", count: (8 - Self.goodHeader.utf8.count % 8) % 8)
        let file = try open(Self.file(Self.goodHeader + padding, Self.goodData))
        file.release()
        #expect(try file.floats("a", shape: [2, 1]) == [1, -2])
    }

    @Test func floatsOutOfAlignmentAreRefused() throws {
        let odd = Self.goodHeader + String(repeating: " ", count: (9 - Self.goodHeader.utf8.count % 8) % 8)
        let file = try open(Self.file(odd, Self.goodData))
        let error = #expect(throws: EmbeddingError.self) { try file.floats("a", shape: [2, 1]) }
        #expect(error?.why == "a is not aligned")
    }

    private static func tensor(_ members: String) -> [UInt8] { file(#"{"a":{\#(members)}}"#, goodData) }

    static let corruptions: [(name: String, bytes: [UInt8])] = [
        ("empty", []),
        ("shorter than the length", [1, 2, 3]),
        ("the length alone", [UInt8](repeating: 0, count: 8)),
        ("a length beyond the file", [200, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D]),
        ("a length beyond all integers", [UInt8](repeating: 255, count: 16)),
        ("not JSON", file("{nonsense", goodData)),
        ("not an object", file("[]", goodData)),
        ("space in front", file(" " + goodHeader, goodData)),
        ("a name twice", file(#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"a":1}"#, goodData)),
        ("not a tensor", file(#"{"a":1}"#, goodData)),
        ("no type", tensor(#""shape":[4],"data_offsets":[0,16]"#)),
        ("an unknown type", tensor(#""dtype":"F3","shape":[4],"data_offsets":[0,16]"#)),
        ("no shape", tensor(#""dtype":"F32","data_offsets":[0,16]"#)),
        ("a negative extent", tensor(#""dtype":"F32","shape":[-4],"data_offsets":[0,16]"#)),
        ("a fractional extent", tensor(#""dtype":"F32","shape":[4.5],"data_offsets":[0,16]"#)),
        ("a shape beyond memory", tensor(#""dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,16]"#)),
        ("a shape too small", tensor(#""dtype":"F32","shape":[3],"data_offsets":[0,16]"#)),
        ("no offsets", tensor(#""dtype":"F32","shape":[4]"#)),
        ("one offset", tensor(#""dtype":"F32","shape":[4],"data_offsets":[16]"#)),
        ("offsets in reverse", tensor(#""dtype":"F32","shape":[4],"data_offsets":[16,0]"#)),
        ("a negative offset", tensor(#""dtype":"F32","shape":[4],"data_offsets":[-16,0]"#)),
        ("an end beyond the file", tensor(#""dtype":"F32","shape":[5],"data_offsets":[0,20]"#)),
        ("a hole in front", tensor(#""dtype":"F32","shape":[3],"data_offsets":[4,16]"#)),
        ("bytes left over", tensor(#""dtype":"F32","shape":[3],"data_offsets":[0,12]"#)),
        (
            "tensors that overlap",
            file(
                #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"#
                    + #""b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}"#, goodData)
        ),
        (
            "the same place twice",
            file(
                #"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"#
                    + #""b":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, goodData)
        ),
    ]

    @Test(arguments: corruptions)
    func aCorruptFileIsRefusedWithItsNameAndTheRemedy(_ name: String, _ bytes: [UInt8]) {
        let error = #expect(throws: EmbeddingError.self, "\(name)") { try open(bytes) }
        #expect(error?.kind == .modelDamaged)
        #expect(error?.what.contains("model.safetensors") == true)
        #expect(error?.remedy == "delete it and run `refrain model fetch`")
    }

    @Test func everyTruncationIsRefused() {
        let whole = Self.file(Self.goodHeader, Self.goodData)
        #expect(throws: Never.self) { try open(whole) }
        for length in 0..<whole.count {
            #expect(throws: EmbeddingError.self, "\(length) bytes") { try open(Array(whole[..<length])) }
        }
    }
}

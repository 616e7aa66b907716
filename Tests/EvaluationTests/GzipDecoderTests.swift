import Testing

@testable import Evaluation

@Suite struct GzipDecoderTests {
    private func decode(_ bytes: [UInt8], pieces size: Int) throws -> String {
        var decoder = GzipDecoder()
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            output += try decoder.decode(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        try decoder.finish()
        return String(decoding: output, as: UTF8.self)
    }

    @Test(arguments: [1, 2, 7, 1_000]) func membersAreOneText(size: Int) throws {
        #expect(try decode([], pieces: size) == "")
        #expect(try decode(GzipFixtures.first, pieces: size) == GzipFixtures.firstText)
        let both = GzipFixtures.first + GzipFixtures.second
        #expect(try decode(both, pieces: size) == GzipFixtures.firstText + GzipFixtures.secondText)
    }

    @Test func aCutOrDamagedFileIsRefused() {
        for length in 1..<GzipFixtures.first.count {
            #expect(throws: DataError.self) { try decode(Array(GzipFixtures.first.prefix(length)), pieces: 1_000) }
        }
        var damaged = GzipFixtures.first
        damaged[damaged.count - 6] ^= 1
        #expect(throws: DataError.self) { try decode(damaged, pieces: 1_000) }
        #expect(throws: DataError.self) { try decode(Array("plain text".utf8), pieces: 1_000) }
    }
}

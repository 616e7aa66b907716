import Testing

@testable import Support

@Suite struct DigestTests {
    /// The examples of FIPS 180-4 and NIST's long message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func isSHA256(text: String, hex: String) {
        #expect(Digest(of: text).hex == hex)
        #expect(Digest(of: Array(text.utf8)).hex == hex)
    }

    @Test func piecesMakeTheDigestOfTheWhole() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<50 {
            let data = (0..<Int.random(in: 0..<500, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            var hasher = Digest.Hasher()
            var rest = data[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 0..<100, using: &random))
                hasher.update(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            #expect(hasher.finish() == Digest(of: data))
        }
    }

    @Test func isMadeOfItsBytes() {
        let digest = Digest(of: "x")
        #expect(Digest(bytes: digest.bytes) == digest)
        #expect(digest.bytes.count == 32)
        #expect(digest != Digest(of: "y"))
        #expect(Digest(bytes: Array(0..<32)).hex == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
    }
}

import Support
import Testing

@Suite struct KeyedDigestTests {
    /// RFC 4231, test cases 1 and 2.
    @Test func isHMAC() {
        #expect(
            Digest(of: "Hi There", key: [UInt8](repeating: 0x0B, count: 20)).hex
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            Digest(of: "what do ya want for nothing?", key: Array("Jefe".utf8)).hex
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }
}

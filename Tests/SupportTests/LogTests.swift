import Synchronization
import Testing

@testable import Support

@Suite struct LogTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test(arguments: [
        ("", ""), ("plain text: 100 % – é 😀", "plain text: 100 % – é 😀"), ("a\nb", #"a\u{a}b"#),
        ("a\r\nb", #"a\u{d}\u{a}b"#), ("\u{1B}[2J\u{1B}]0;x\u{7}", #"\u{1b}[2J\u{1b}]0;x\u{7}"#),
        ("a\0\tb\u{7F}", #"a\u{0}\u{9}b\u{7f}"#),
        ("\u{85}\u{9B}31m", #"\u{85}\u{9b}31m"#), ("\u{2028}\u{2029}\u{B}\u{C}", #"\u{2028}\u{2029}\u{b}\u{c}"#),
        ("\u{202E}abc\u{202C}", #"\u{202e}abc\u{202c}"#), ("\u{2066}a\u{2069}", #"\u{2066}a\u{2069}"#),
        ("\u{200E}\u{200F}\u{61C}", #"\u{200e}\u{200f}\u{61c}"#), ("👩\u{200D}🔬", "👩\u{200D}🔬"),
        ("e\u{301}\n", "e\u{301}\\u{a}"),
    ])
    func aMessageIsOneLine(text: String, line: String) {
        #expect(Log.singleLine(text) == line)
    }

    @Test func noTextMakesTwoLinesOrSteersATerminal() {
        var random = SplitMix64(seed: 6)
        for _ in 0..<2_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<10 {
                let limit: UInt32 = [0x20, 0xA0, 0x2070, 0x11_0000].randomElement(using: &random)!
                if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) { text.append(scalar) }
            }
            let line = Log.singleLine(String(text))
            #expect(!line.contains { $0.isNewline })
            #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
            #expect(!line.unicodeScalars.contains { $0.properties.isBidiControl })
            #expect(Log.singleLine(line) == line)
        }
    }

    @Test func onlyTheLevelAndAboveAreWritten() {
        for level in Log.Level.allCases {
            let lines = Lines()
            let log = Log(level: level) { lines.append($0) }
            log.debug("a\nb")
            log.info("i")
            log.warning("w")
            log.error("e")
            #expect(lines.all == ["debug a\\u{a}b", "info i", "warning w", "error e"].suffix(4 - level.rawValue))
        }
    }

    @Test func aDroppedMessageIsNotBuilt() {
        let built = Mutex(0)
        func message() -> String {
            built.withLock { $0 += 1 }
            return "m"
        }
        let log = Log(level: .warning) { _ in }
        log.debug(message())
        log.info(message())
        #expect(built.withLock { $0 } == 0)
        log.warning(message())
        #expect(built.withLock { $0 } == 1)
    }
}

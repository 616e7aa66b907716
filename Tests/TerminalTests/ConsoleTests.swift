import Foundation
import Glibc
import Support
import Synchronization
import TestProcess
import Testing

@testable import Terminal

struct ConsoleTests {
    private final class Capture: Sendable {
        let text = Mutex("")
        func console(hasColor: Bool) -> Console {
            Console(
                output: .plain, messages: Presentation(width: 80, hasColor: hasColor),
                writeOutput: { text throws(ConsoleError) in self.text.withLock { $0 += text } },
                writeMessage: { text in self.text.withLock { $0 += text } })
        }
    }

    @Test func messagesAreSafeLines() throws {
        let capture = Capture()
        let console = capture.console(hasColor: false)
        console.show("saved \u{1B}[2J")
        console.warn("a\nb")
        console.show(UsageError("unknown option --x\u{7}", remedy: "see help"))
        try console.writeLine("data")
        #expect(
            capture.text.withLock { $0 } == """
                saved \\u{1b}[2J
                warning: a\\u{a}b
                error: unknown option --x\\u{7}; see help
                data

                """)
    }

    @Test func coloursMarkTheKind() {
        let capture = Capture()
        capture.console(hasColor: true).show(UsageError("no"))
        #expect(capture.text.withLock { $0 } == "\u{1B}[31merror:\u{1B}[0m no\n")
    }

    @Test func errorsOfOutputExplainThemselves() {
        #expect(ConsoleError(errorNumber: ENOSPC).description == "cannot write the output: No space left on device")
        #expect(ConsoleError(errorNumber: EPIPE).isClosedPipe && !ConsoleError(errorNumber: ENOSPC).isClosedPipe)
    }

    @Test func writesToOpenFiles() throws {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        defer { close(ends[0]) }
        let console = Console.standard(environment: [:], output: ends[1], messages: ends[1])
        try console.writeLine("data")
        console.show("message")
        close(ends[1])
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe read(ends[0], &bytes, bytes.count)
        #expect(String(decoding: bytes[..<max(0, count)], as: UTF8.self) == "data\nmessage\n")
    }

    @Test func writesWholeToWhatDoesNotBlock() throws {
        let (input, output) = (Pipe(), Pipe())
        let counter = try Program("/usr/bin/wc", ["-c"], input: .pipe(input), output: .pipe(output))
        let descriptor = input.fileHandleForWriting.fileDescriptor
        #expect(fcntl(descriptor, F_SETFL, O_WRONLY | O_NONBLOCK) == 0)
        // Far more than a pipe holds.
        try Console.standard(environment: [:], output: descriptor).write(String(repeating: "x", count: 3_000_001))
        try input.fileHandleForWriting.close()
        let count = try output.fileHandleForReading.readToEnd() ?? Data()
        counter.wait()
        #expect(String(decoding: count, as: UTF8.self) == "3000001\n")
    }

    @Test func aFullDiskIsAnError() {
        let full = unsafe open("/dev/full", O_WRONLY)
        defer { close(full) }
        let console = Console.standard(environment: [:], output: full, messages: full)
        #expect(throws: ConsoleError(errorNumber: ENOSPC)) { try console.writeLine("data") }
        console.show("a message that cannot be shown is dropped")
    }

    @Test func aPipeIsPlain() {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        #expect(Presentation.of(descriptor: ends[1], environment: [:]) == .plain)
    }

    @Test(arguments: [
        ([:], true), (["NO_COLOR": "1"], false), (["NO_COLOR": ""], true), (["TERM": "xterm"], true),
    ]) func aTerminalHasColoursUnlessRefused(environment: [String: String], hasColor: Bool) {
        let terminal = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
        #expect(terminal >= 0)
        defer { close(terminal) }
        var size = winsize(ws_row: 24, ws_col: 132, ws_xpixel: 0, ws_ypixel: 0)
        #expect(unsafe ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0)
        let expected = Presentation(width: 132, hasColor: hasColor)
        #expect(Presentation.of(descriptor: terminal, environment: environment) == expected)
        #expect(Presentation.of(descriptor: terminal, environment: ["TERM": "dumb"]) == .plain)
    }

    @Test func aTerminalOfUnknownSizeCountsEighty() {
        let terminal = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY)
        defer { close(terminal) }
        #expect(Presentation.of(descriptor: terminal, environment: [:]).width == 80)
    }

    @Test func stylesAreNothingWithoutColour() {
        for style in Style.allCases {
            #expect(Presentation.plain.styled("x", style) == "x")
            #expect(Presentation(width: 80, hasColor: true).styled("x", style) == "\u{1B}[\(style.rawValue)mx\u{1B}[0m")
        }
    }
}

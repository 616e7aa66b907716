import Synchronization
import Testing

@testable import Terminal

/// A clock that stands still until moved, and what was written.
private final class Bench: Sendable {
    private let state = Mutex((now: Duration.zero, written: [String]()))

    var written: [String] { state.withLock { $0.written } }

    func advance(_ milliseconds: Int) { state.withLock { $0.now += .milliseconds(milliseconds) } }

    func bar(_ total: Int?, _ unit: ProgressBar.Unit = .items, width: Int? = 80) -> ProgressBar {
        ProgressBar(
            "Importing", total: total, unit: unit, presentation: Presentation(width: width, hasColor: false),
            elapsed: { self.state.withLock { $0.now } },
            write: { text in self.state.withLock { $0.written.append(text) } })
    }
}

struct ProgressBarTests {
    @Test func drawsAndClears() {
        let bench = Bench()
        var bar = bench.bar(10_000)
        bar.update(to: 0)
        bench.advance(2_000)
        bar.update(to: 4_500)
        bench.advance(500)
        bar.finish()
        #expect(
            bench.written == [
                "\rImporting  0%  [--------------------]  0/10,000\u{1B}[K",
                "\rImporting  45%  [#########-----------]  4,500/10,000  2,250/s  2.44 s left\u{1B}[K",
                "\r\u{1B}[K", "Importing: 4,500 in 2.50 s (1,800/s)\n",
            ])
    }

    /// The time left is what one looks for: the bar gives way to it.
    @Test(arguments: [
        (80, "[#########-----------]  "), (65, "[####------]  "), (56, ""),
    ])
    func theBarTakesWhatIsLeft(width: Int, bar expected: String) {
        let bench = Bench()
        var bar = bench.bar(10_000, width: width)
        bench.advance(2_000)
        bar.update(to: 4_500)
        #expect(
            bench.written == [
                "\rImporting  45%  \(expected)4,500/10,000  2,250/s  2.44 s left\u{1B}[K"
            ])
    }

    @Test func makesRoomForAMessage() {
        let bench = Bench()
        var bar = bench.bar(10)
        bar.clear()
        bar.update(to: 1)
        bar.clear()
        bar.clear()
        bar.update(to: 2)
        #expect(bench.written.map { $0.contains("Importing") } == [true, false, true])
        #expect(bench.written[1] == "\r\u{1B}[K")
    }

    @Test func redrawsTenTimesASecondAtMost() {
        let bench = Bench()
        var bar = bench.bar(1_000)
        for done in 0..<1_000 {
            bar.update(to: done)
            bench.advance(1)
        }
        #expect(bench.written.count == 10)
    }

    @Test func aLineEveryTenSecondsWithoutATerminal() {
        let bench = Bench()
        var bar = bench.bar(100, width: nil)
        for done in 0..<25 {
            bar.update(to: done)
            bench.advance(1_000)
        }
        bar.finish("imported 25 entries")
        #expect(
            bench.written == [
                "Importing  10%  10/100  1.0/s  1 min 30 s left\n", "Importing  20%  20/100  1.0/s  1 min 20 s left\n",
                "imported 25 entries\n",
            ])
    }

    @Test func bytesOfAnUnknownTotal() {
        let bench = Bench()
        var bar = bench.bar(nil, .bytes)
        bench.advance(1_000)
        bar.update(to: 3 << 20)
        #expect(bench.written == ["\rImporting  3.0 MiB  3.0 MiB/s\u{1B}[K"])
    }

    @Test(arguments: [10, 20, 40, 79]) func staysWithinTheLine(width: Int) {
        let bench = Bench()
        var bar = bench.bar(1_000_000, width: width)
        bench.advance(1_000)
        bar.update(to: 123_456)
        let line = bench.written[0].dropFirst().dropLast(3)
        #expect(DisplayWidth.of(line) < width)
    }

    @Test func neverClaimsAllTooEarly() {
        let bench = Bench()
        var bar = bench.bar(1_000)
        bar.update(to: 999)
        bench.advance(100)
        bar.update(to: 1_000)
        bench.advance(100)
        bar.update(to: 1_100)
        #expect(bench.written.map { $0.split(separator: "  ")[1] } == ["99%", "100%", "100%"])
    }

    @Test func nothingToDo() {
        let bench = Bench()
        var bar = bench.bar(0)
        bar.update(to: 0)
        bar.finish()
        #expect(bench.written == ["\rImporting  0\u{1B}[K", "\r\u{1B}[K", "Importing: 0 in 0.00 ms\n"])
    }
}

import Glibc
import Testing

@testable import Server

/// The process has one set of handlers, so there is one test.
@Suite struct SignalTests {
    @Test func tellsSignalsInOrderAndGivesThemUp() async throws {
        var stream: AsyncStream<Signals.Signal>? = Signals.received()
        for (number, expected) in [(SIGHUP, Signals.Signal.hangUp), (SIGTERM, .terminate), (SIGINT, .interrupt)] {
            kill(getpid(), number)
            var iterator = stream?.makeAsyncIterator()
            #expect(await iterator?.next() == expected)
        }
        stream = nil
        var action = sigaction()
        unsafe sigaction(SIGTERM, nil, &action)
        #expect(unsafe action.__sigaction_handler.sa_handler == nil, "the default is back")
    }

    @Test func ignoresWriteFailures() {
        Signals.ignoreWriteFailures()
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        close(ends[0])
        #expect(unsafe write(ends[1], "x", 1) == -1)
        #expect(errno == EPIPE)
        close(ends[1])
    }
}

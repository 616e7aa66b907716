import Support
import Testing

@testable import Models

@Suite struct CircuitBreakerTests {
    private static let start = Timestamp(milliseconds: 1_000_000)

    /// Each step at its second: a failure, a success, or a caller and the seconds that it is to wait.
    private enum Step {
        case fails(Int64)
        case succeeds(Int64)
        case asks(Int64, waits: Int?)
    }

    private static func run(_ steps: [Step]) {
        let breaker = CircuitBreaker(failuresMax: 3, pauseSeconds: 10)
        for step in steps {
            switch step {
            case .fails(let second): _ = breaker.note(isFailure: true, now: start + second)
            case .succeeds(let second): _ = breaker.note(isFailure: false, now: start + second)
            case .asks(let second, let seconds): #expect(breaker.secondsToWait(now: start + second) == seconds)
            }
        }
    }

    @Test func failuresInARowBeginAPause() {
        Self.run([.fails(0), .fails(0), .asks(0, waits: nil), .fails(1), .asks(1, waits: 10), .asks(10, waits: 1)])
    }

    @Test func aSuccessBetweenThemForgetsThem() {
        Self.run([.fails(0), .fails(0), .succeeds(0), .fails(0), .fails(0), .asks(0, waits: nil)])
    }

    @Test func afterThePauseOneCallTries() {
        let pause: [Step] = [.fails(0), .fails(0), .fails(0), .asks(11, waits: nil), .asks(11, waits: 10)]
        Self.run(pause + [.succeeds(12), .asks(12, waits: nil), .asks(12, waits: nil)])
        Self.run(pause + [.fails(13), .asks(13, waits: 10), .asks(23, waits: nil), .asks(23, waits: 10)])
    }

    @Test func aClockThatIsSetBackEndsThePause() {
        Self.run([.fails(100), .fails(100), .fails(100), .asks(50, waits: nil)])
    }

    @Test func aPauseIsNewsOnce() {
        let breaker = CircuitBreaker(failuresMax: 2, pauseSeconds: 10)
        #expect([0, 1, 2].map { breaker.note(isFailure: true, now: Self.start + $0) } == [false, true, false])
    }
}

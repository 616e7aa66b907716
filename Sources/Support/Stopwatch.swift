import Glibc

/// The time since it was made.
///
/// It reads the monotonic clock itself: `ContinuousClock` counts attoseconds in 128 bits, which takes as long as the rest of
/// what is timed here.
package struct Stopwatch: Sendable {
    private let start = now

    package init() {}

    package var nanoseconds: Int64 { Self.now - start }

    package var milliseconds: Double { Double(nanoseconds) / 1e6 }

    private static var now: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

import Glibc

/// The daemon's log: one line a message on stderr, made so that nothing a client sent can forge a line.
package struct Log: Sendable {
    package enum Level: Int, Comparable, Sendable, CaseIterable {
        case debug, info, warning, error

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// Messages below this level are dropped before they are built.
    package let level: Level
    private let write: @Sendable (String) -> Void

    /// - Parameter write: takes one line without its end.
    package init(level: Level = .info, write: @escaping @Sendable (String) -> Void) {
        self.level = level
        self.write = write
    }

    /// Lines on stderr, with the time in front.
    package static func standardError(level: Level = .info, clock: WallClock = .system) -> Log {
        Log(level: level) { line in
            let bytes = Array("\(clock.now.rfc3339) \(line)\n".utf8)
            // One write a line: lines of several threads do not mix. A full or closed stderr is nobody's error.
            _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
        }
    }

    /// The same log, whose lines are rewritten before they are written.
    package func rewriting(_ rewrite: @escaping @Sendable (String) -> String) -> Log {
        Log(level: level) { [write] line in write(rewrite(line)) }
    }

    /// Drops everything; for tests and for code that has no log.
    package static let none = Log(level: .error) { _ in }

    package func debug(_ message: @autoclosure () -> String) { log(.debug, message) }
    package func info(_ message: @autoclosure () -> String) { log(.info, message) }
    package func warning(_ message: @autoclosure () -> String) { log(.warning, message) }
    package func error(_ message: @autoclosure () -> String) { log(.error, message) }

    private func log(_ level: Level, _ message: () -> String) {
        guard level >= self.level else { return }
        write("\(level) \(Log.singleLine(message()))")
    }

    /// The text with every character escaped that could end the line, steer a terminal or turn the reading direction.
    package static func singleLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var line = ""
        for scalar in text.unicodeScalars {
            if isUnsafe(scalar) {
                line += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F: true  // C0, DEL and C1
        case 0x2028, 0x2029: true  // line and paragraph separator
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // bidirectional controls (UAX #9)
        default: false
        }
    }
}

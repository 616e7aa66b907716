/// Progress of a long command on stderr: a bar redrawn in place on a terminal, a line now and then elsewhere.
package struct ProgressBar: Sendable {
    package enum Unit: Sendable { case items, bytes }

    /// A bar that changes faster than this only costs time.
    private static let redrawPeriod = Duration.milliseconds(100)
    private static let linePeriod = Duration.seconds(10)
    private static let barColumnsMax = 20
    private static let barColumnsMin = 5

    private let label: String
    private let total: Int?
    private let unit: Unit
    private let presentation: Presentation
    private let elapsed: @Sendable () -> Duration
    private let write: @Sendable (String) -> Void
    private var done = 0
    private var shown: Duration?

    /// - Parameters:
    ///   - label: what is being done: `Importing`.
    ///   - total: what `done` will reach; nil when nobody knows.
    ///   - elapsed: the time since the work began.
    ///   - write: takes text for stderr.
    package init(
        _ label: String, total: Int?, unit: Unit, presentation: Presentation,
        elapsed: @escaping @Sendable () -> Duration = ProgressBar.stopwatch(),
        write: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        self.total = total
        self.unit = unit
        self.presentation = presentation
        self.elapsed = elapsed
        self.write = write
    }

    /// The time since this call, by the monotonic clock.
    package static func stopwatch() -> @Sendable () -> Duration {
        let start = ContinuousClock.now
        return { start.duration(to: .now) }
    }

    /// Notes how much is done so far, and shows it when it is time to.
    package mutating func update(to done: Int) {
        self.done = done
        let now = elapsed()
        if presentation.isTerminal {
            guard shown.map({ now - $0 >= ProgressBar.redrawPeriod }) ?? true else { return }
            write("\r" + line(now) + "\u{1B}[K")
        } else {
            guard now - (shown ?? .zero) >= ProgressBar.linePeriod else { return }
            write(line(now) + "\n")
        }
        shown = now
    }

    /// Makes room for a message; the next update draws the bar again.
    package mutating func clear() {
        guard presentation.isTerminal, shown != nil else { return }
        write("\r\u{1B}[K")
        shown = nil
    }

    /// Clears the bar and leaves one line of summary.
    ///
    /// - Parameter summary: nil tells how much was done in what time.
    package mutating func finish(_ summary: String? = nil) {
        let now = elapsed()
        end(summary ?? self.summary(amount(done), rate(now), now))
    }

    /// The same where another count says more than what the bar went by: rows instead of bytes.
    package mutating func finish(_ count: Int, _ unit: String) {
        let now = elapsed()
        let rate = count > 0 && now > .zero ? Self.itemRate(count, now) : nil
        end(summary("\(Format.count(count)) \(unit)", rate, now))
    }

    private mutating func end(_ summary: String) {
        clear()
        write(summary + "\n")
    }

    private func summary(_ amount: String, _ rate: String?, _ now: Duration) -> String {
        "\(label): \(amount) in \(Format.duration(now))" + (rate.map { " (\($0))" } ?? "")
    }

    private func line(_ now: Duration) -> String {
        var before = [label]
        var after: [String] = []
        if let total, total > 0 {
            // Never 100 % before all is done.
            before.append("\(Int(min(1, Double(done) / Double(total)) * 100))%")
            after.append("\(amount(done))/\(amount(total))")
        } else {
            after.append(amount(done))
        }
        if let rate = rate(now) { after.append(rate) }
        if let left = timeLeft(now) { after.append("\(Format.duration(left)) left") }
        let plain = (before + after).joined(separator: "  ")
        // A line as wide as the terminal would wrap, and then not be overwritten.
        guard let room = presentation.width.map({ $0 - 1 }) else { return plain }
        // Figures come before the bar, which takes what is left.
        if let total, total > 0, let bar = bar(Double(done) / Double(total), room - DisplayWidth.of(plain) - 4) {
            before.append(bar)
        }
        return DisplayWidth.fit((before + after).joined(separator: "  "), to: room)
    }

    /// - Returns: nil where there is not room for a bar that says something.
    private func bar(_ share: Double, _ room: Int) -> String? {
        let columns = min(room, ProgressBar.barColumnsMax)
        guard columns >= ProgressBar.barColumnsMin else { return nil }
        let filled = Int(min(1, share) * Double(columns))
        return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: columns - filled) + "]"
    }

    private func amount(_ count: Int) -> String {
        switch unit {
        case .items: Format.count(count)
        case .bytes: Format.bytes(count)
        }
    }

    private func rate(_ now: Duration) -> String? {
        let seconds = now / .seconds(1)
        guard seconds > 0, done > 0 else { return nil }
        switch unit {
        case .items: return Self.itemRate(done, now)
        case .bytes: return Format.bytes(Int(Double(done) / seconds)) + "/s"
        }
    }

    private static func itemRate(_ count: Int, _ time: Duration) -> String {
        let perSecond = Double(count) / (time / .seconds(1))
        return Format.fixed(perSecond, decimals: perSecond < 10 ? 1 : 0) + "/s"
    }

    private func timeLeft(_ now: Duration) -> Duration? {
        guard let total, done > 0, done < total else { return nil }
        return now * (Double(total - done) / Double(done))
    }
}

extension Format {
    static func duration(_ duration: Duration) -> String { self.duration(milliseconds: duration / .milliseconds(1)) }
}

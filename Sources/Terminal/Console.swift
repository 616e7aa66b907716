import Glibc
package import Support

/// The two streams of a command: data on stdout, messages on stderr.
package struct Console: Sendable {
    package let output: Presentation
    package let messages: Presentation
    private let writeOutput: @Sendable (String) throws(ConsoleError) -> Void
    private let writeMessage: @Sendable (String) -> Void

    package init(
        output: Presentation, messages: Presentation,
        writeOutput: @escaping @Sendable (String) throws(ConsoleError) -> Void,
        writeMessage: @escaping @Sendable (String) -> Void
    ) {
        self.output = output
        self.messages = messages
        self.writeOutput = writeOutput
        self.writeMessage = writeMessage
    }

    /// Two open files, by default this process's stdout and stderr.
    package static func standard(
        environment: [String: String], output: Int32 = STDOUT_FILENO, messages: Int32 = STDERR_FILENO
    ) -> Console {
        Console(
            output: .of(descriptor: output, environment: environment),
            messages: .of(descriptor: messages, environment: environment),
            writeOutput: { text throws(ConsoleError) in try writeAll(text, to: output) },
            // Nobody can be told that stderr is closed.
            writeMessage: { text in try? writeAll(text, to: messages) })
    }

    /// Data. What others wrote is made safe by the caller (`Log.printable`) only where `output` is a terminal.
    ///
    /// - Throws: when it cannot be written whole: a full disk must not pass for success.
    package func write(_ text: String) throws(ConsoleError) { try writeOutput(text) }

    package func writeLine(_ text: String) throws(ConsoleError) { try writeOutput(text + "\n") }

    /// A message as it is, for progress.
    package func showRaw(_ text: String) { writeMessage(text) }

    /// A message of one line, made safe.
    package func show(_ text: String) { writeMessage(Log.singleLine(text) + "\n") }

    /// `error: cannot open …: why; remedy`.
    package func show(_ error: some ExplainedError) {
        writeMessage(messages.styled("error:", .red) + " " + Log.singleLine(error.description) + "\n")
    }

    package func warn(_ text: String) {
        writeMessage(messages.styled("warning:", .yellow) + " " + Log.singleLine(text) + "\n")
    }
}

/// Output that could not be written.
package struct ConsoleError: ExplainedError, Equatable {
    package let errorNumber: Int32

    /// Whether the reader went away, as `head` does: no reason to complain.
    package var isClosedPipe: Bool { errorNumber == EPIPE }
    package var what: String { "cannot write the output" }
    package var why: String? { unsafe String(cString: strerror(errorNumber)) }
}

private func writeAll(_ text: String, to descriptor: Int32) throws(ConsoleError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count >= 0 {
            rest.removeFirst(count)
        } else if errno == EAGAIN {
            // Whoever shares the terminal may have made it non-blocking.
            var space = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = unsafe poll(&space, 1, -1)
        } else if errno != EINTR {
            throw ConsoleError(errorNumber: errno)
        }
    }
}

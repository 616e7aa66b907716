import Glibc
import JSON
import Support

/// The `--log` file: a line of JSON for each request to the API, bodies and headers left out.
package final class RequestLog: Sendable {
    private let descriptor: Int32

    /// Opens the file to append to it.
    package init(_ path: String) throws(SystemError) {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError(call: "open \(path)") }
    }

    deinit {
        close(descriptor)
    }

    func write(_ call: Call, status: Int, from begin: Timestamp, to end: Timestamp) {
        let line: JSONValue = [
            "time": .string(begin.rfc3339), "path": .string(call.path), "purpose": .string(call.purpose.rawValue),
            "model": call.model.map { .string($0) } ?? .null, "status": .number(status),
            "ms": .number(Int(end.milliseconds - begin.milliseconds)),
        ]
        // One write a line: those of several threads do not mix. A full disk is no reason to fail a test's upstream.
        let bytes = line.bytes + [10]
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe _ = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        }
    }
}

import Support

/// Why a server cannot start.
package struct ServerError: ExplainedError, Equatable {
    package enum Cause: Sendable, Equatable {
        case badAddress
        case remoteAddress
        case addressInUse
        case pathTooLong
        case notASocket
        /// The socket is another live process's; its PID where the kernel tells.
        case socketInUse(pid: Int32?)
        /// Any other refusal of the system, by its errno.
        case system(Int32)
        case library
    }

    package let cause: Cause
    package let what: String
    package let why: String?
    package let remedy: String?

    init(_ cause: Cause, _ what: String, why: String? = nil, remedy: String? = nil) {
        self.cause = cause
        self.what = what
        self.why = why
        self.remedy = remedy
    }
}

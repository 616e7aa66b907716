import Glibc
import Support

/// A system call that failed.
package struct SystemError: ExplainedError, Equatable {
    package let call: String
    package let number: Int32

    package init(call: String, number: Int32 = errno) {
        self.call = call
        self.number = number
    }

    package var what: String { "\(call) failed" }
    package var why: String? { unsafe String(cString: strerror(number)) }
}

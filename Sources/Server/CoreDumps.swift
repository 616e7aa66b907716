import Glibc

/// What a crash would write of the process's memory: questions, answers and keys.
package enum CoreDumps {
    /// Has the system write none, of this process and those it starts.
    package static func turnOff() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue)), &none)
    }
}

import Glibc
import Support

/// How many files and sockets the process may have open.
package enum DescriptorLimit {
    /// Raises the limit as far as the system lets this process.
    ///
    /// - Returns: how many connections that leaves room for, the store's files and the calls of models aside.
    package static func raise() -> Int {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
        _ = unsafe getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
        let open = Int(min(limit.rlim_cur, UInt(Int32.max)))
        return max(1, open - min(Limits.descriptorsReserved, open * 3 / 4))
    }
}

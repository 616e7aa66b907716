import Glibc

/// How much memory the process has left: by the settings, by its limits (`ulimit`), by its control group.
///
/// Swift ends a process that gets no memory, so what can wait is refused before it comes to that.
package struct MemoryBudget: Sendable {
    /// What bounds the memory, and how much of it is taken.
    package struct Bound: Sendable, Equatable {
        /// As a message names it.
        package let name: String
        package let limit: Int
        package let used: Int
        /// Kept free of what can wait.
        package let reserve: Int
        /// Whether it bounds what is asked for, touched or not.
        package let isOfAddresses: Bool

        package init(_ name: String, limit: Int, used: Int, reserve: Int, isOfAddresses: Bool = false) {
            self.name = name
            self.limit = limit
            self.used = used
            self.reserve = reserve
            self.isOfAddresses = isOfAddresses
        }

        /// What is left to what can wait; negative where the reserve is touched.
        package var room: Int { limit - used - reserve }
    }

    private let bytesMax: Int?
    private let measure: @Sendable () -> [Bound]

    /// - Parameter bytesMax: what the settings allow, of memory that no file stands behind; nil: what the system does.
    package init(bytesMax: Int? = nil) {
        self.bytesMax = bytesMax
        let group = MemoryBudget.controlGroupLimit()
        measure = { MemoryBudget.bounds(bytesMax, group) }
    }

    /// For tests.
    package init(bytesMax: Int? = nil, measure: @escaping @Sendable () -> [Bound]) {
        self.bytesMax = bytesMax
        self.measure = measure
    }

    /// Whether the settings bound the memory: then entries make room for others.
    package var isConfigured: Bool { bytesMax != nil }

    /// The bound with the least room; nil where there is none.
    package var tightest: Bound? { measure().min { $0.room < $1.room } }

    /// The one with the least room of those that bound addresses.
    package var tightestOfAddresses: Bound? { measure().filter(\.isOfAddresses).min { $0.room < $1.room } }

    // MARK: Reading

    /// What the process takes, in bytes.
    package struct Usage: Sendable {
        package var addresses = 0
        package var resident = 0
        /// Resident, and no file behind it: what has to be had as memory.
        package var anonymous = 0
        package var data = 0
    }

    /// Of `/proc/self/statm`, some microseconds (proc_pid_statm(5)).
    package static func usage() -> Usage {
        guard let text = try? TextFile.read("/proc/self/statm", bytesMax: 4_096) else { return Usage() }
        let pages = text.split(separator: " ").map { Int($0.filter(\.isNumber)) ?? 0 }
        guard pages.count > 5 else { return Usage() }
        let page = sysconf(Int32(_SC_PAGESIZE))
        return Usage(
            addresses: pages[0] * page, resident: pages[1] * page, anonymous: (pages[1] - pages[2]) * page,
            data: pages[5] * page)
    }

    private static func bounds(_ bytesMax: Int?, _ group: Int?) -> [Bound] {
        let usage = usage()
        var bounds: [Bound] = []
        if let bytesMax {
            bounds.append(Bound("capacity.memory_megabytes_max", limit: bytesMax, used: usage.anonymous, reserve: 0))
        }
        func add(_ name: String, _ limit: Int?, _ used: Int, isOfAddresses: Bool) {
            guard let limit else { return }
            let reserve = min(Limits.memoryReserveBytes, limit / 4)
            bounds.append(Bound(name, limit: limit, used: used, reserve: reserve, isOfAddresses: isOfAddresses))
        }
        add("the limit of address space (ulimit -v)", limit(RLIMIT_AS), usage.addresses, isOfAddresses: true)
        add("the limit of data (ulimit -d)", limit(RLIMIT_DATA), usage.data, isOfAddresses: true)
        add("the control group's memory.max", group, usage.anonymous, isOfAddresses: false)
        return bounds
    }

    private static func limit(_ resource: __rlimit_resource) -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(UInt32(resource.rawValue)), &limit) == 0 else { return nil }
        return limit.rlim_cur < UInt(Int.max) ? Int(limit.rlim_cur) : nil
    }

    /// The least `memory.max` of the process's control group and those above it (cgroups(7), version 2).
    private static func controlGroupLimit() -> Int? {
        let groups = (try? TextFile.read("/proc/self/cgroup", bytesMax: 64 << 10)) ?? ""
        guard let line = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else { return nil }
        var path = line.dropFirst("0::".count)
        var least: Int?
        while true {
            let text = try? TextFile.read("/sys/fs/cgroup\(path)/memory.max", bytesMax: 4_096)
            if let limit = text.flatMap({ Int($0.filter(\.isNumber)) }) { least = min(least ?? limit, limit) }
            guard let slash = path.lastIndex(of: "/") else { return least }
            path = path[..<slash]
        }
    }
}

import Configuration
import Glibc
import Search
import Support
import Terminal

/// What the system gives the daemon: its socket's place, files, disk, clock.
enum SystemChecks {
    static func run(_ settings: Settings) -> [HealthCheck] {
        [socket(settings.socket), disk(settings.data), memory(settings), descriptors(), clock()]
    }

    /// The path's size in the kernel's address of a Unix socket, its final NUL aside.
    private static let socketPathBytesMax = 107

    private static func socket(_ path: String) -> HealthCheck {
        let subject = "socket"
        guard path.utf8.count <= socketPathBytesMax else {
            return HealthCheck(
                subject: subject, state: .failed,
                finding: "\(path) has \(path.utf8.count) bytes, the system takes \(socketPathBytesMax)",
                remedy: "choose a shorter path with --socket, or a shorter data directory")
        }
        if unsafe access(path, F_OK) == 0 {
            let isWritable = unsafe access(path, R_OK | W_OK) == 0
            return HealthCheck(
                subject: subject, state: isWritable ? .ok : .failed,
                finding: isWritable ? path : "\(path) is there, but this user may not use it",
                remedy: isWritable ? nil : "join the group that owns it (ls -l \(path)), or ask over TCP")
        }
        guard let directory = nearestDirectory(of: path), unsafe access(directory, W_OK | X_OK) == 0 else {
            return HealthCheck(
                subject: subject, state: .failed, finding: "\(path) cannot be made by this user",
                remedy: "choose another place with --socket or --data")
        }
        return HealthCheck(subject: subject, state: .ok, finding: "\(path) can be made")
    }

    private static let freeBytesWanted = 1 << 30
    private static let freeBytesNeeded = 64 << 20

    private static func disk(_ directory: String) -> HealthCheck {
        let subject = "disk"
        var status = statvfs()
        guard let place = nearestDirectory(of: directory + "/refrain.db"), unsafe statvfs(place, &status) == 0 else {
            return HealthCheck(
                subject: subject, state: .failed, finding: "\(directory) cannot be looked at",
                remedy: "choose another data directory with --data")
        }
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        let state: HealthCheck.State =
            free < freeBytesNeeded ? .failed : free < freeBytesWanted ? .warning : .ok
        return HealthCheck(
            subject: subject, state: state, finding: "\(Format.bytes(free)) free for \(directory)",
            remedy: state == .ok
                ? nil : "make room, or forget what is old: refrain forget --older-than 90d; a full disk stores nothing")
    }

    /// The directory of a path, or the nearest one above it that is there.
    private static func nearestDirectory(of path: String) -> String? {
        var rest = path[...]
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            let directory = rest.isEmpty ? "/" : String(rest)
            if unsafe access(directory, F_OK) == 0 { return directory }
            if rest.isEmpty { return nil }
        }
        return "."
    }

    private static let descriptorsWanted = 1_024

    /// The daemon raises its own limit as far as the system lets it.
    private static func descriptors() -> HealthCheck {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
        let isEnough = limit.rlim_max >= UInt(descriptorsWanted)
        return HealthCheck(
            subject: "open files", state: isEnough ? .ok : .warning, finding: "\(limit.rlim_max) allowed",
            remedy: isEnough
                ? nil : "raise it to \(descriptorsWanted) for many connections: ulimit -Hn, or LimitNOFILE= in the unit"
        )
    }

    /// What the model takes.
    private static let modelBytes = 150 << 20

    private static func memory(_ settings: Settings) -> HealthCheck {
        let subject = "memory"
        let budget = MemoryBudget(bytesMax: settings.capacity.memoryMegabytesMax.map { $0 * 1_000_000 })
        guard let bound = budget.tightest else {
            return HealthCheck(subject: subject, state: .ok, finding: "no limit but the machine's")
        }
        // What the daemon takes before its first entry: addresses of scratch memory, and the model.
        let calls = Service.threads(0) + Service.threads(settings.embedder.threads) + 1
        let room = bound.room - (bound.isOfAddresses ? calls * ScratchMemory.bytesPerCall : 0) - modelBytes
        return HealthCheck(
            subject: subject, state: room > 0 ? .ok : .failed,
            finding: room > 0
                ? "\(Format.bytes(room)) left to entries by \(bound.name)"
                : "\(bound.name) is \(Format.bytes(bound.limit)), which leaves nothing to entries",
            remedy: room > 0 ? nil : "allow more, or nothing new is stored")
    }

    private static func clock() -> HealthCheck {
        let now = WallClock.system.now
        // The time of this release's first commit, less a day: an older clock is wrong.
        let isPlausible = now.seconds > 1_764_000_000 - 86_400
        return HealthCheck(
            subject: "clock", state: isPlausible ? .ok : .failed, finding: now.rfc3339,
            remedy: isPlausible ? nil : "set the clock, or answers expire at the wrong time: timedatectl set-ntp true")
    }
}

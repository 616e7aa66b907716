import Support

/// Where a server listens and what it bears.
package struct ServerConfiguration: Sendable {
    /// TCP addresses, `127.0.0.1:8474`, `[::1]:0`, `localhost:8474`; port 0 lets the system choose. Empty: no TCP.
    package var listen: [String]
    /// The Unix socket's path; nil: none.
    package var socketPath: String?
    /// Sockets that a service manager listens on for us (`ServiceManager.sockets`).
    package var inherited: [Int32] = []
    /// Whether TCP addresses other than this host's own (127.0.0.0/8, ::1) may be listened on.
    package var allowRemote = false
    /// Event loops, a thread each, which share the connections of all listeners.
    package var threads: Int

    package var requestBodyBytesMax = Limits.requestBodyBytesMax
    package var requestHeaderBytesMax = Limits.requestHeaderBytesMax
    package var requestTargetBytesMax = Limits.requestTargetBytesMax
    /// Open connections of each listener; those beyond wait in the kernel's queue.
    package var connectionsMax = Limits.connectionsMax
    package var requestsInFlightMax = Limits.requestsInFlightMax
    package var connectionIdleSecondsMax = Limits.connectionIdleSecondsMax

    package init(listen: [String] = [], socketPath: String? = nil, threads: Int = 2) {
        precondition(threads > 0, "a server needs a thread")
        self.listen = listen
        self.socketPath = socketPath
        self.threads = threads
    }
}

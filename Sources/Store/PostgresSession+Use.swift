extension PostgresSession {
    /// What a connection is for.
    enum Use {
        /// Short reads, on which a caller waits.
        case reading
        /// The one that changes things.
        case writing
        /// Reads of any length, whose rows are visited as they come.
        case scanning
        /// Learns what other nodes commit.
        case following
        /// Holds locks that nodes agree by.
        case locking

        /// Whether its statements take no longer than a lookup may wait.
        var isShort: Bool { self == .reading || self == .following || self == .locking }
    }
}

package import Support

/// How far the plans have come that are done now and then by themselves.
extension Store {
    /// What a job has seen so far.
    package struct JobMark: Hashable, Sendable {
        /// When it was last done; nil: never.
        package var time: Timestamp?
        /// The largest number, of an entry or a comment, that it has looked at; of a file: bytes of it.
        package var last: Int64
        /// The number of the file that it has looked at; 0: none.
        package var inode: Int64

        package init(time: Timestamp? = nil, last: Int64 = 0, inode: Int64 = 0) {
            self.time = time
            self.last = last
            self.inode = inode
        }
    }

    package func jobMark(_ job: String) throws(StoreError) -> JobMark {
        try read { (connection) throws(StoreError) in
            JobMark(
                time: try connection.mark("job_time:" + job).map(Timestamp.init(milliseconds:)),
                last: try connection.mark("job_last:" + job) ?? 0,
                inode: try connection.mark("job_inode:" + job) ?? 0)
        }
    }

    package func setJobMark(_ job: String, _ mark: JobMark) async throws(StoreError) {
        try await write { (connection) throws(StoreError) in
            if let time = mark.time {
                try connection.replace(in: .totals, [.text("job_time:" + job), .integer(time.milliseconds)])
            }
            try connection.replace(in: .totals, [.text("job_last:" + job), .integer(mark.last)])
            if mark.inode != 0 {
                try connection.replace(in: .totals, [.text("job_inode:" + job), .integer(mark.inode)])
            }
        }
    }

    /// What people wrote of answers, in the order in which they did.
    ///
    /// - Parameter after: the number of the last one known.
    package func comments(
        after: Int64, limit: Int
    ) throws(StoreError) -> [(number: Int64, entry: EntryID, comment: String)] {
        try read { (connection) throws(StoreError) in
            var comments: [(number: Int64, entry: EntryID, comment: String)] = []
            try connection.forEachRow(
                of: .feedback, "WHERE id > ?1 AND comment IS NOT NULL ORDER BY id LIMIT ?2",
                [.integer(after), .integer(Int64(limit))]
            ) {
                comments.append(($0.integer(0), EntryID(rawValue: $0.integer(1)), $0.text(3)))
                return true
            }
            return comments
        }
    }
}

extension Connection {
    fileprivate mutating func mark(_ name: String) throws(StoreError) -> Int64? {
        try first(of: .totals, "WHERE name = ?1", [.text(name)]) { $0.integer(1) }
    }
}

package import Support

/// How far the plans have come that are done now and then by themselves.
extension Store {
    /// What a job has seen so far.
    package struct JobMark: Hashable, Sendable {
        /// When it was last done; nil: never.
        package var time: Timestamp?
        /// The largest number, of an entry or a comment, up to which it has looked at all; of a file: bytes of it.
        package var last: Int64
        /// The last of the comments that it is at, tenant by tenant; up to `last`: at none.
        package var end: Int64
        /// Among those: the tenants whose first comment has a smaller number are done.
        package var next: Int64
        /// The number of the file that it has looked at; 0: none.
        package var inode: Int64

        package init(time: Timestamp? = nil, last: Int64 = 0, end: Int64 = 0, next: Int64 = 0, inode: Int64 = 0) {
            self.time = time
            self.last = last
            self.end = end
            self.next = next
            self.inode = inode
        }
    }

    /// What somebody wrote of an answer.
    package struct Comment: Hashable, Sendable {
        /// They are numbered in the order in which they were written.
        package let number: Int64
        package let entry: EntryID
        package let comment: String
    }

    package func jobMark(_ job: String) throws(StoreError) -> JobMark {
        try read { (connection) throws(StoreError) in
            JobMark(
                time: try connection.mark("job_time:" + job).map(Timestamp.init(milliseconds:)),
                last: try connection.mark("job_last:" + job) ?? 0,
                end: try connection.mark("job_end:" + job) ?? 0,
                next: try connection.mark("job_next:" + job) ?? 0,
                inode: try connection.mark("job_inode:" + job) ?? 0)
        }
    }

    package func setJobMark(_ job: String, _ mark: JobMark) async throws(StoreError) {
        try await write { (connection) throws(StoreError) in
            if let time = mark.time {
                try connection.replace(in: .totals, [.text("job_time:" + job), .integer(time.milliseconds)])
            }
            try connection.replace(in: .totals, [.text("job_last:" + job), .integer(mark.last)])
            for (name, number) in [("job_end:", mark.end), ("job_next:", mark.next), ("job_inode:", mark.inode)]
            where number != 0 {
                try connection.replace(in: .totals, [.text(name + job), .integer(number)])
            }
        }
    }

    /// What people wrote of answers, in the order in which they did.
    ///
    /// - Parameter after: the number of the last one known.
    package func comments(after: Int64, limit: Int) throws(StoreError) -> [Comment] {
        try read { (connection) throws(StoreError) in
            var comments: [Comment] = []
            try connection.forEachRow(
                of: .feedback, "WHERE id > ?1 AND comment IS NOT NULL ORDER BY id LIMIT ?2",
                [.integer(after), .integer(Int64(limit))]
            ) {
                comments.append(
                    Comment(number: $0.integer(0), entry: EntryID(rawValue: $0.integer(1)), comment: $0.text(3)))
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

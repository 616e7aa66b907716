import Support
import Synchronization

/// Bounds how often each tenant may ask: a bucket of a minute's requests, filled evenly.
package final class RateLimiter: Sendable {
    private struct Bucket {
        var requests: Double
        var filled: Timestamp
    }

    private let perMinute: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    package init(perMinute: Int) {
        self.perMinute = Double(perMinute)
    }

    /// Whether the tenant may ask.
    ///
    /// - Parameter takes: whether to take the request from the bucket.
    /// - Returns: nil for leave, or the seconds until there is one again.
    func secondsToWait(_ tenant: String, takes: Bool = true, now: Timestamp) -> Int? {
        buckets.withLock { buckets in
            if buckets.count >= Limits.tenantBucketsMax, buckets[tenant] == nil { dropFull(&buckets, now) }
            var bucket = filled(buckets[tenant] ?? Bucket(requests: perMinute, filled: now), now)
            defer { buckets[tenant] = bucket }
            guard bucket.requests < 1 else {
                if takes { bucket.requests -= 1 }
                return nil
            }
            return max(1, Int(((1 - bucket.requests) * 60 / perMinute).rounded(.up)))
        }
    }

    /// A clock that was set back fills nothing.
    private func filled(_ bucket: Bucket, _ now: Timestamp) -> Bucket {
        let elapsed = Double(max(0, now.milliseconds - bucket.filled.milliseconds)) / 60_000
        return Bucket(requests: min(perMinute, bucket.requests + elapsed * perMinute), filled: now)
    }

    /// A full bucket says the same as none.
    private func dropFull(_ buckets: inout [String: Bucket], _ now: Timestamp) {
        buckets = buckets.filter { filled($0.value, now).requests < perMinute }
        if buckets.count >= Limits.tenantBucketsMax { buckets = [:] }
    }
}

/// What was read, and the commits that it has seen: `Freshness` says whether it would still be read.
struct Remembered<Value: Sendable>: Sendable {
    let value: Value
    let commits: Int
}

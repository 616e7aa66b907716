import Glibc
import Store
import Support
import Synchronization
import TestPostgres
import Testing

/// A data directory of a test's own, removed with everything in it.
final class Scratch: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/refrain-store-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
        precondition(made, "no temporary directory")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Of the test's own database on a server, once it is opened.
    private let url = Mutex<String?>(nil)

    deinit {
        if let url = url.withLock({ $0 }) { PostgresServer.shared?.remove(url) }
        for name in files { removeFile(path + "/" + name) }
        removeDirectory(path)
    }

    var database: String { path + "/refrain.db" }

    var files: [String] {
        var names: [String] = []
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(directory) }
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func open(
        durability: Durability = .normal, clock: WallClock = .system, log: Log = .none
    ) throws(StoreError) -> Store {
        switch StoreKind.current {
        case .sqlite: try Store.open(directory: path, durability: durability, clock: clock, log: log)
        case .postgres: try Store.open(url: serverURL(), directory: path, clock: clock, log: log)
        }
    }

    /// The URL of the test's own database.
    func serverURL() -> String {
        url.withLock { url in
            if let url { return url }
            guard let made = try? PostgresServer.shared?.makeDatabase() else { preconditionFailure("no database") }
            url = made
            return made
        }
    }
}

func removeFile(_ path: String) { unsafe unlink(path) }

/// - Returns: false when something is in it.
@discardableResult
func removeDirectory(_ path: String) -> Bool { unsafe rmdir(path) == 0 }

func readFile(_ path: String) -> [UInt8] {
    guard let file = unsafe fopen(path, "r") else { return [] }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = unsafe fread(&buffer, 1, buffer.count, file)
        if count == 0 { return bytes }
        bytes += buffer.prefix(count)
    }
}

func contains(_ path: String, _ text: String) -> Bool {
    let needle = Array(text.utf8)
    var matched = 0
    // Right for a needle of one repeated byte, which is all that is asked for.
    for byte in readFile(path) {
        matched = byte == needle[matched] ? matched + 1 : 0
        if matched == needle.count { return true }
    }
    return false
}

func writeFile(_ path: String, _ bytes: [UInt8]) {
    guard let file = unsafe fopen(path, "w") else { preconditionFailure("cannot write \(path)") }
    let written = unsafe fwrite(bytes, 1, bytes.count, file)
    unsafe fclose(file)
    precondition(written == bytes.count, "cannot write \(path)")
}

/// A log that remembers its lines.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var log: Log { Log { line in self.lines.withLock { $0.append(line) } } }
    var all: [String] { lines.withLock { $0 } }
}

extension Store {
    /// Keeps what is known of some tags, in place of what was known before.
    func put(_ tags: [TagChanges]) async throws(StoreError) {
        for known in tags {
            try await learn(of: [known.tag], tenant: known.tenant, at: known.time) { $0 = known }
        }
    }
}

/// A clock that a test sets.
final class TestClock: Sendable {
    private let milliseconds: Mutex<Int64>

    init(_ milliseconds: Int64 = 1_000_000) { self.milliseconds = Mutex(milliseconds) }

    var clock: WallClock { WallClock { Timestamp(milliseconds: self.milliseconds.withLock { $0 }) } }
    func set(_ value: Int64) { milliseconds.withLock { $0 = value } }
}

let tenScope = ScopeKey(tenant: "ten", name: "faq", digest: Digest(of: "model"))
let embedder = EmbedderKey(name: "test", dimension: 8)

func key(_ text: String) -> Digest { Digest(of: text) }

/// A vector of unit length that points in a direction of its own.
func vector(_ seed: Int, dimension: Int = embedder.dimension) -> [Float] {
    let raw = (0..<dimension).map { Float((seed &* 31 &+ $0 &* 17) % 23) + 1 }
    let norm = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return raw.map { $0 / norm }
}

func newEntry(
    _ question: String, _ answer: String = "answer", tags: [String] = [], scope: ScopeKey = tenScope,
    created: Int64? = nil, expires: Int64? = nil, vector: [Float]? = nil
) -> NewEntry {
    NewEntry(
        scope: scope, key: key(question), question: question, answer: answer, tags: tags, origin: .model,
        model: "full-1", promptTokens: 12, completionTokens: 34, cost: Money(nanodollars: 56),
        created: created.map(Timestamp.init(milliseconds:)), expires: expires.map(Timestamp.init(milliseconds:)),
        vector: vector.map { NewEntry.Vector(embedder: embedder, components: $0) })
}

/// A request with a label and its call, with their sums.
func ledgerBatch(at time: Timestamp) -> LedgerBatch {
    var batch = LedgerBatch()
    let hour = time.milliseconds / 3_600_000
    let requestSums = RequestSums(values: Array(1...13))
    let callSums = CallSums(values: Array(1...9))
    batch.requestSums[HourKey(hour: hour, RequestDimensions())] = requestSums
    batch.callSums[HourKey(hour: hour, CallDimensions())] = callSums
    let label = (tenant: "ten", key: "ticket", value: "1")
    batch.labelRequestSums[
        HourKey(
            hour: hour,
            LabelRequestDimensions(tenant: label.tenant, key: label.key, value: label.value, outcome: "exact"))] =
        requestSums
    batch.labelCallSums[
        HourKey(hour: hour, LabelCallDimensions(tenant: label.tenant, key: label.key, value: label.value))] = callSums
    var row = RequestRow(time: time)
    row.request = "req_1"
    row.dimensions.tenant = "ten"
    row.labels = [Label("ticket", "1"), Label("session", "a=b")]
    batch.requests = [row]
    var origin = CallOrigin()
    origin.tenant = "ten"
    batch.calls = [(Call(time: time, role: "full", model: "full-1", purpose: "answer"), origin)]
    return batch
}

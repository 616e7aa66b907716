import TestPostgres
import Testing

/// Where a test's store is kept.
enum StoreKind {
    case sqlite, postgres

    @TaskLocal static var current = StoreKind.sqlite
}

/// Runs each test twice: on SQLite, then on a PostgreSQL server, where Debian's package of it is installed.
struct BothStoresTrait: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        try await function()
        guard PostgresServer.isInstalled else { return }
        try await StoreKind.$current.withValue(.postgres) { try await function() }
    }
}

extension Trait where Self == BothStoresTrait {
    static var bothStores: Self { Self() }
}

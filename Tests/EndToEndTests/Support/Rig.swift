import HTTP
import JSON
import Testing

/// A daemon with the stand-in as its upstream, in a folder of their own.
struct Rig: Sendable {
    let home: Scratch
    let standIn: StandIn
    let daemon: Daemon

    /// The one that a whole suite shares, where it has the trait `.sharedRig`.
    @TaskLocal private static var shared: Rig?

    static func current(_ location: SourceLocation = #_sourceLocation) throws -> Rig {
        try #require(shared, "the suite has no shared rig", sourceLocation: location)
    }

    static func start(
        same pairs: [(String, String)] = [], standIn: [String] = [], daemon: [String] = []
    ) async throws -> Rig {
        let home = try Scratch()
        let provider = try await StandIn.start(in: home, same: pairs, standIn)
        return Rig(home: home, standIn: provider, daemon: try await Daemon.start(in: home, upstream: provider, daemon))
    }

    fileprivate func run(_ body: @Sendable () async throws -> Void) async throws {
        try await Rig.$shared.withValue(self, operation: body)
        // A suite's tests must not have brought the daemon down, nor have made it complain of the store.
        #expect(daemon.child.ending == nil, "the daemon has ended: \(daemon.child.errors)")
        #expect(!daemon.child.errors.contains("the store failed"), "\(daemon.child.errors)")
    }
}

/// Starts one rig for all tests of a suite, which keep apart by their questions and scopes.
struct SharedRig: SuiteTrait, TestScoping {
    var pairs: [(String, String)]
    var options: [String]

    func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
    ) async throws {
        try await Rig.start(same: pairs, daemon: options).run(body)
    }
}

extension Trait where Self == SharedRig {
    /// - Parameters:
    ///   - pairs: questions that mini takes for the same.
    ///   - options: further options of the daemon.
    static func sharedRig(same pairs: [(String, String)] = [], _ options: String...) -> SharedRig {
        SharedRig(pairs: pairs, options: options)
    }
}

extension Daemon {
    /// How many stored entries have this text in them, whatever their scope.
    func entries(containing text: String) async throws -> [JSONValue] {
        let query = text.utf8.map { byte in
            let hexadecimal = String(byte, radix: 16, uppercase: true)
            return "%" + (byte < 16 ? "0" : "") + hexadecimal
        }.joined()
        let reply = try await get("/cache/entries?text=\(query)")
        return try #require(reply.member("entries")?.array, "\(reply.text)")
    }
}

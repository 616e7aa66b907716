import Foundation
import Glibc
import Synchronization
import TestProcess

/// A PostgreSQL server of the tests' own, on a Unix socket in a temporary folder.
///
/// A shell keeps it, told what to do over a pipe: when the tests end, however they do, the pipe does too, and the shell
/// stops the server and removes its folder.
package final class PostgresServer: Sendable {
    /// The one that tests share, each with a database of its own; nil where Debian's package is not installed.
    package static let shared: PostgresServer? = isInstalled ? try? PostgresServer() : nil

    package static var isInstalled: Bool { binaries != nil }

    /// The newest release's programs.
    private static let binaries: String? = {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let newest = versions.compactMap(Int.init).max()
        return newest.map { "/usr/lib/postgresql/\($0)/bin" }
    }()

    private struct Commands {
        let words: FileHandle
        let replies: FileHandle
        var databases = 0
    }

    private let folder: String
    private let commands: Mutex<Commands>

    /// Makes a server and starts it; takes a second or two.
    package init() throws {
        var template = Array("/tmp/refrain-postgres-XXXXXX".utf8CString)
        let isMade = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
        guard isMade, let binaries = Self.binaries else {
            throw CannotStart(program: "postgres", reason: "it is not installed, or there is no temporary folder")
        }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let (input, output) = (Pipe(), Pipe())
        _ = try Program(
            "/bin/sh", ["-c", Self.keeper, "keeper", folder, binaries], input: .pipe(input), output: .pipe(output),
            error: .null)
        commands = Mutex(
            Commands(words: input.fileHandleForWriting, replies: output.fileHandleForReading))
        try ask("init")
        try ask("start")
    }

    /// Starts it again, and returns when it takes connections.
    package func start() throws { try ask("start") }

    /// Kills it as a crash would, and returns when it is gone.
    package func kill() throws { try ask("kill") }

    /// Halts all its processes, so that it accepts and says nothing, or has them go on.
    package func setHalted(_ isHalted: Bool) throws { try ask(isHalted ? "halt" : "go") }

    /// The URL of a new, empty database.
    package func makeDatabase() throws -> String {
        let name = commands.withLock { commands in
            commands.databases += 1
            return "test_\(commands.databases)"
        }
        try ask("create \(name)")
        return "postgresql://refrain@/\(name)?host=\(folder)"
    }

    /// Removes a database, whoever is connected.
    package func remove(_ url: String) {
        let name = url.split(separator: "/")[2].prefix { $0 != "?" }
        try? ask("drop \(name)")
    }

    /// Has the shell do something, and waits for it.
    private func ask(_ command: String) throws {
        let reply = try commands.withLock { commands in
            try commands.words.write(contentsOf: Data((command + "\n").utf8))
            var line = Data()
            while let byte = try commands.replies.read(upToCount: 1), byte.first != UInt8(ascii: "\n") { line += byte }
            return String(decoding: line, as: UTF8.self)
        }
        if reply != "done" { throw CannotStart(program: "postgres", reason: "\(command): \(reply)") }
    }

    /// The server refuses to run as root.
    private static let keeper = #"""
        folder=$1 bin=$2 server=
        as=
        if [ "$(id -u)" -eq 0 ]; then
            as="setpriv --reuid=postgres --regid=postgres --clear-groups"
            chown postgres "$folder"
        fi
        cd "$folder"
        export LC_ALL=C
        start() {
            tries=0
            while [ $tries -lt 100 ]; do
                $as "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off \
                    -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c max_connections=500 \
                    -c shared_buffers=32MB -c autovacuum=off </dev/null >>"$folder/log" 2>&1 &
                server=$!
                while kill -0 $server 2>/dev/null; do
                    "$bin/pg_isready" -q -h "$folder" && return 0
                    sleep 0.05
                done
                tries=$((tries + 1))
                sleep 0.1
            done
            return 1
        }
        ends() { kill "$1" $server 2>/dev/null; wait $server 2>/dev/null; return 0; }
        while read -r command name; do
            case $command in
            init) $as "$bin/initdb" -D "$folder/data" -A trust -U refrain -E UTF8 --locale=C -N >"$folder/log" 2>&1 ;;
            start) start ;;
            kill) ends -KILL ;;
            halt) kill -STOP $server $(cat /proc/$server/task/$server/children) ;;
            go) kill -CONT $server $(cat /proc/$server/task/$server/children) ;;
            create) "$bin/createdb" -h "$folder" -U refrain -T template0 "$name" 2>>"$folder/log" ;;
            drop) "$bin/dropdb" -h "$folder" -U refrain --force "$name" 2>>"$folder/log" ;;
            esac
            if [ $? -eq 0 ]; then echo done; else tail -n 1 "$folder/log" | tr '\n' ' '; echo; fi
        done
        [ -z "$server" ] || ends -INT
        cd /
        rm -rf "$folder"
        """#
}

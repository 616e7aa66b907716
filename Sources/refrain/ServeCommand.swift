import API
import Cache
import Configuration
import Glibc
import HTTP
import Models
import Search
import Server
import Store
import Support
import Terminal

/// `refrain serve`: the daemon, in the foreground.
enum ServeCommand: Command {
    static let specification = CommandSpecification(
        "serve", "run the daemon in the foreground",
        example: "refrain serve --listen 127.0.0.1:8474 --upstream https://api.openai.com/v1")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let settings = try context.configuration().settings
        let log = Log.standardError(level: settings.logLevel)
        Signals.ignoreWriteFailures()
        CoreDumps.turnOff()
        let signals = Signals.received()
        let gauges = ServerGauges()
        reserveMemory(settings, log)
        let service = try Service(settings, .daemon, log: log, gauges: gauges.read)
        do {
            let damaged = try service.cache.load()
            try await service.auditor?.restore()
            try await service.api.planRuns.noteInterrupted()
            let server = try HTTPServer(
                configuration(settings, context.environment, log), log: log,
                // Reads that wait for a server do so on threads of their own.
                immediate: { service.api.respondImmediately(to: $0) },
                handler: { (request: Request) async -> Response in
                    await WaitingExecutor.run(on: service.executor) { await service.api.respond(to: request) }
                })
            gauges.watch(server)
            let (upkeep, jobs) = await WaitingExecutor.run(on: service.executor) {
                (
                    Upkeep.start(service, damaged: damaged, log: log),
                    Task(executorPreference: service.executor, priority: .background) { await doJobs(service) }
                )
            }
            let readyLine = readyLine(server, service)
            try context.console.writeLine(readyLine)
            ServiceManager.notify("READY=1", "STATUS=\(readyLine)", environment: context.environment)
            await waitForEnd(signals, server, log, reload: { await reload(service, context, log) }) {
                ServiceManager.notify("STOPPING=1", environment: context.environment)
            }
            jobs.cancel()
            upkeep.cancel()
            await jobs.value
            await upkeep.value
        } catch {
            await service.close()
            throw error
        }
        await service.close()
        log.info("stopped")
        return .success
    }

    /// Where the memory is bounded from outside, products must not have to ask for some later.
    private static func reserveMemory(_ settings: Settings, _ log: Log) {
        let budget = MemoryBudget()
        // Those of the pool's threads, of the embedder's, and of one fit.
        let calls = Service.threads(0) + Service.threads(settings.embedder.threads) + 1
        let count = ScratchMemory.reserve(calls: calls) {
            budget.tightestOfAddresses.map { $0.room > ScratchMemory.bytesPerCall } ?? true
        }
        if count < calls, let bound = budget.tightestOfAddresses {
            log.warning(
                "\(bound.name) has no room for the scratch memory of \(calls) products at once, 129 MB of addresses each: "
                    + "allow more, or a search may not come to its end")
        }
    }

    private static func configuration(
        _ settings: Settings, _ environment: [String: String], _ log: Log
    ) -> ServerConfiguration {
        let threads = Service.threads(settings.threads)
        let inherited = ServiceManager.sockets(environment: environment)
        var configuration = ServerConfiguration(
            listen: settings.listen, socketPath: settings.socket, threads: threads)
        if !inherited.isEmpty {
            log.info("listening on the service manager's sockets, not on those of the settings listen and socket")
            configuration = ServerConfiguration(threads: threads)
            configuration.inherited = inherited
        }
        configuration.allowRemote = settings.allowRemote
        let connections = DescriptorLimit.raise() / (settings.listen.count + 1)
        configuration.connectionsMax = min(configuration.connectionsMax, max(1, connections))
        return configuration
    }

    private static func readyLine(_ server: HTTPServer, _ service: Service) -> String {
        let addresses = server.addresses.map { $0.hasPrefix("unix:") ? $0 : "http://" + $0 }
        let models = service.models.hasUpstream ? "models configured" : "cache only, no upstream configured"
        let entries =
            !service.cache.parts.store.isShared
            ? "\(Format.count(service.cache.indexes.count)) entries"
            : "entries come into memory when they are asked for"
        return "refrain \(Program.version) ready on \(addresses.joined(separator: " and ")); \(entries); \(models)"
    }

    /// Does the plans whose time has come, again and again, until its task is cancelled.
    private static func doJobs(_ service: Service) async {
        while !Task.isCancelled {
            await service.api.planJobs.doDue()
            try? await Task.sleep(for: .seconds(Limits.planJobCheckSeconds))
        }
    }

    /// Reads the configuration anew; with one that cannot be used nothing changes.
    private static func reload(_ service: Service, _ context: CommandContext, _ log: Log) async {
        do {
            let (changed, fixed) = try await service.reload(try context.configuration().settings)
            log.info(
                "SIGHUP: took over \(changed.isEmpty ? "keys, tokens and plans" : changed.joined(separator: ", "))")
            if !fixed.isEmpty {
                log.warning("SIGHUP: \(fixed.joined(separator: ", ")) changes with a restart only")
            }
        } catch {
            log.error("SIGHUP: the configuration stays as it was: \(error)")
        }
    }

    /// Returns when the server has drained; a second signal ends the process at once.
    private static func waitForEnd(
        _ signals: AsyncStream<Signals.Signal>, _ server: HTTPServer, _ log: Log, reload: () async -> Void,
        stopping: () -> Void
    ) async {
        for await signal in signals {
            if signal != .hangUp { break }
            await reload()
        }
        stopping()
        log.info("stopping: requests under way have \(Limits.drainSecondsMax) s")
        let impatience = Task {
            for await signal in signals where signal != .hangUp {
                log.warning("stopped by a second signal, requests under way are cut off")
                exit(ExitCode.failure.rawValue)
            }
        }
        await server.drain(deadlineSeconds: Limits.drainSecondsMax)
        impatience.cancel()
    }
}

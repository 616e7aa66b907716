import Glibc
import StandIn
import Support

func printError(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

do {
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    if options.showsHelp {
        print(Options.help, terminator: "")
        exit(0)
    }
    printError(Options.notice)
    // Nothing needs to be put in order at the end, so a handler may end the process as it stands. A test's runner may
    // have started it from a thread that blocks signals, and the mask is inherited.
    var stopSignals = sigset_t()
    unsafe sigemptyset(&stopSignals)
    for number in [SIGTERM, SIGINT] {
        unsafe sigaddset(&stopSignals, number)
        _ = signal(number) { _ in _exit(0) }
    }
    unsafe sigprocmask(SIG_UNBLOCK, &stopSignals, nil)
    let log = try options.logPath.map { try RequestLog($0) }
    let server = try StandInServer(options.settings, port: options.port, log: log)
    print("stand-in ready \(server.url)")
    fflush(nil)
    if options.stopsWithStandardInput {
        while getchar() != EOF {}
        server.stop()
    } else {
        while true { pause() }
    }
} catch let error as any ExplainedError {
    printError("refrain-standin: \(error)")
    exit(2)
}

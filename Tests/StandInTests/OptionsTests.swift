import Support
import Testing

@testable import StandIn

@Suite struct OptionsTests {
    @Test func everyOptionIsUnderstood() throws {
        let options = try Options([
            "--port", "8080", "--mini-error=0.25", "--seed", "9", "--gullible", "--mini-reply", "no", "--delay-ms", "5",
            "--mini-delay-ms=6", "--faults", "hang;times=1", "--faults=status=500", "--key", "k", "--log", "l",
            "--keep-requests", "7",
            "--until-stdin-closes",
        ])
        #expect(options.port == 8_080)
        #expect(options.settings.confirmer.errorProbability == 0.25)
        #expect(options.settings.confirmer.seed == 9)
        #expect(options.settings.confirmer.isGullible)
        #expect(options.settings.confirmationText == "no")
        #expect(options.settings.delayMilliseconds == 5)
        #expect(options.settings.miniDelayMilliseconds == 6)
        #expect(options.settings.faults.map(\.times) == [1, nil])
        #expect(options.settings.key == "k")
        #expect(options.logPath == "l")
        #expect(options.settings.requestsKeptMax == 7)
        #expect(options.stopsWithStandardInput)
        #expect(!options.showsHelp)
        #expect(try Options(["--help"]).showsHelp)
    }

    @Test(arguments: [
        (["--prot", "1"], "unknown option '--prot'; did you mean '--port'?"), (["x"], "unknown option 'x'; see --help"),
        (["--port"], "--port needs a value"),
        (["--port", "70000"], "--port must be an integer from 0 to 65535, not '70000'"),
        (["--mini-error", "2"], "--mini-error must be a number from 0 to 1, not '2'"),
        (["--answers", "/nonexistent/file"], "--answers: cannot read /nonexistent/file: No such file or directory"),
        (["--faults", "hagn"], "--faults: cannot read the fault: unknown member 'hagn', did you mean 'hang'?"),
    ]) func mistakesAreExplained(arguments: [String], message: String) {
        let error = #expect(throws: OptionsError.self) { try Options(arguments) }
        #expect(error?.description == message)
    }

    @Test func helpNamesEveryOption() {
        for name in Options.names where name != "--help" { #expect(Options.help.contains("  \(name)"), "\(name)") }
        for name in Fault.names { #expect(Options.help.contains(name)) }
    }
}

import Support
import Testing

@testable import Terminal

struct ArgumentParserTests {
    @Test(arguments: [
        ([], "help"),
        (["--json"], "help"),
        (["help"], "help"),
        (["--help"], "help"),
        (["-h"], "help"),
        (["help", "help"], "help"),
        (["help", "import"], "help import"),
        (["help", "config"], "help group config"),
        (["help", "config", "check"], "help config check"),
        (["config", "--help"], "help group config"),
        (["config", "check", "-h"], "help config check"),
        (["import", "--bogus", "--help"], "help import"),
        (["import", "--data", "d", "-h"], "help import"),
        (["--help", "serve"], "help serve"),
        (["--version"], "version"),
        (["ask", "--", "--help"], "ask|--help"),
        (["ask", "--data=--help", "x"], "ask|x|data=--help"),
    ])
    func asksForHelp(arguments: [String], expected: String) {
        #expect(outcome(arguments) == expected)
    }

    @Test(arguments: [
        (["serve"], "serve|"),
        (["serve", "--listen", "a:1"], "serve||listen=a:1"),
        (["serve", "--listen=a:1"], "serve||listen=a:1"),
        (["serve", "--listen="], "serve||listen="),
        (["serve", "--listen=a=b"], "serve||listen=a=b"),
        (["--data", "d", "serve", "--json"], "serve||data=d|json="),
        (["--data=d", "config", "check"], "config check||data=d"),
        (["serve", "--json", "--json"], "serve||json="),
        (["import", "f", "--tag", "a", "-t", "b"], "import|f|tag=a+b"),
        (["import", "-n", "5", "f"], "import|f|limit=5"),
        (["import", "-n", "-5", "f"], "import|f|limit=-5"),
        (["import", "-"], "import|-"),
        (["import", "--tag", "-", "f"], "import|f|tag=-"),
        (["forget"], "forget|"),
        (["forget", "1", "2", "3"], "forget|1,2,3"),
        (["ask", "--", "-5 degrees?"], "ask|-5 degrees?"),
        (["ask", "a", "--", "--", "b"], "ask|a,--,b"),
        (["feedback", "3", "bad"], "feedback|3,bad"),
        (["completions"], "completions|"),
        (["--", "serve"], "serve|"),
    ])
    func runs(arguments: [String], expected: String) {
        #expect(outcome(arguments) == expected)
    }

    @Test(arguments: [
        (["srve"], #"unknown command "srve"; did you mean "serve"?"#),
        (["hlep"], #"unknown command "hlep"; did you mean "help"?"#),
        (["frobnicate"], #"unknown command "frobnicate"; see `refrain help`"#),
        (["frobnicate", "--help"], #"unknown command "frobnicate"; see `refrain help`"#),
        (["help", "frobnicate"], #"unknown command "frobnicate"; see `refrain help`"#),
        (["config"], #""config" needs a command after it; it is one of: check, example"#),
        (["config", "--json"], #""config" needs a command after it; it is one of: check, example"#),
        (["config", "chekc"], #"unknown command "config chekc"; did you mean "config check"?"#),
        (["config", "x"], #"unknown command "config x"; it is one of: check, example"#),
        (["serve", "--lisen", "a"], "unknown option --lisen; did you mean --listen?"),
        (["serve", "--lisen=a"], "unknown option --lisen; did you mean --listen?"),
        (["serve", "--frobnicate"], "unknown option --frobnicate; see `refrain serve --help`"),
        (["--listen", "a", "serve"], "unknown option --listen; see `refrain --help`"),
        (["--jsn", "serve"], "unknown option --jsn; did you mean --json?"),
        (["serve", "-x"], "unknown option -x; see `refrain serve --help`"),
        (["ask", "-5 degrees?"], "unknown option -5 degrees?; put -- before an argument that begins with a dash"),
        (["serve", "--listen"], "--listen needs a value; write --listen ADDRESS"),
        (["serve", "--listen", "--json"], "--listen needs a value; write --listen ADDRESS"),
        (["import", "f", "-n"], "--limit needs a value; write --limit N"),
        (["serve", "--json=yes"], "--json takes no value"),
        (["serve", "--listen", "a", "--listen", "b"], "--listen is given twice"),
        (["--data", "d", "serve", "--data", "e"], "--data is given twice"),
        (["import"], "import needs FILE; see `refrain import --help`"),
        (["feedback", "3"], "feedback needs VERDICT; see `refrain feedback --help`"),
        (["ask"], "ask needs TEXT; see `refrain ask --help`"),
        (["import", "a", "b"], #"import does not take the argument "b"; see `refrain import --help`"#),
        (["serve", "a"], #"serve does not take the argument "a"; see `refrain serve --help`"#),
        (["feedback", "3", "bda"], #"VERDICT is one of good, bad, not "bda"; did you mean bad?"#),
        (["import", "f", "--format", "xml"], #"--format is one of jsonl, csv, not "xml""#),
        (["completions", "tcsh"], #"SHELL is one of bash, zsh, fish, not "tcsh""#),
    ])
    func refuses(arguments: [String], expected: String) {
        #expect(outcome(arguments) == expected)
    }

    @Test(arguments: [
        (["--limit", "7"], "7"),
        (["--limit", "-1"], #"--limit takes a whole number of at least 0, not "-1""#),
        (["--limit", "7x"], #"--limit takes a whole number of at least 0, not "7x""#),
        (
            ["--limit", "99999999999999999999"],
            #"--limit takes a whole number of at least 0, not "99999999999999999999""#
        ),
        ([], "nil"),
    ])
    func readsIntegers(options: [String], expected: String) throws {
        let parsed = try parse(["import", "f"] + options)
        do throws(UsageError) {
            #expect(try parsed.integer("limit", in: 0 ... .max).map(String.init) ?? "nil" == expected)
        } catch {
            #expect(error.description == expected)
        }
    }

    @Test(arguments: [
        (["--share", "0.25"], "0.25"),
        (["--share", "1"], "1.0"),
        (["--share", "1.5"], #"--share takes a number from 0 to 1, not "1.5""#),
        (["--share", "nan"], #"--share takes a number from 0 to 1, not "nan""#),
        (["--share", ""], #"--share takes a number from 0 to 1, not """#),
    ])
    func readsNumbers(options: [String], expected: String) throws {
        let parsed = try parse(["import", "f"] + options)
        do throws(UsageError) {
            #expect(try parsed.number("share", in: 0...1).map { "\($0)" } ?? "nil" == expected)
        } catch {
            #expect(error.description == expected)
        }
    }

    @Test func integerNamesBothEnds() throws {
        let parsed = try parse(["import", "f", "-n", "9"])
        let error = #expect(throws: UsageError.self) { try parsed.integer("limit", in: 1...8) }
        #expect(error?.description == #"--limit takes a whole number from 1 to 8, not "9""#)
    }

    private func parse(_ arguments: [String]) throws -> ParsedArguments {
        guard case .run(let parsed) = try ArgumentParser(sample).parse(arguments) else {
            throw UsageError("not a command to run")
        }
        return parsed
    }
}

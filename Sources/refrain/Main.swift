import Configuration
import Glibc
import Support
import Terminal

@main
enum Main {
    static func main() async {
        let environment = CommandContext.processEnvironment()
        let console = Console.standard(environment: environment)
        let code = await run(Array(CommandLine.arguments.dropFirst()), environment, console)
        // Without the libraries' own endings: OpenBLAS would take the memory from under a product that is still under way,
        // such as those of an index's fit.
        fflush(nil)
        _exit(code.rawValue)
    }

    private static func run(
        _ arguments: [String], _ environment: [String: String], _ console: Console
    ) async -> ExitCode {
        do {
            if arguments.isEmpty {
                try console.write(try await NextSteps.text(environment, width: console.output.width))
                return .success
            }
            switch try ArgumentParser(Program.specification).parse(arguments) {
            case .version: try console.writeLine("refrain \(Program.version)")
            case .help(let topic): try console.write(Program.specification.help(topic, width: console.output.width))
            case .run(let arguments):
                guard let command = Program.commands.first(where: { $0.specification == arguments.command }) else {
                    preconditionFailure("\(arguments.command.name) is specified but not there")
                }
                return try await command.run(
                    CommandContext(arguments: arguments, environment: environment, console: console))
            }
            return .success
        } catch let error as ConsoleError where error.isClosedPipe {
            // `refrain entries | head` has seen enough.
            return .success
        } catch let error as ConfigurationError {
            for problem in error.problems { console.show(problem.description) }
            return .failure
        } catch let error as any ExplainedError {
            console.show(error)
            return .failure
        } catch {
            console.show("refrain: \(error)")
            return .failure
        }
    }
}

/// How a command ends.
enum ExitCode: Int32 {
    case success = 0
    /// The answer is no: a miss, a bad line, a failed check.
    case no = 1
    /// The command could not do its work.
    case failure = 2
}

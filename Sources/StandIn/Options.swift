import Glibc
import Support

/// The command line of `refrain-standin`.
package struct Options: Sendable {
    package var settings = StandIn.Settings()
    package var port: UInt16 = 0
    package var logPath: String?
    package var stopsWithStandardInput = false
    package var showsHelp = false

    /// - Parameter arguments: without the program's name.
    package init(_ arguments: [String]) throws(OptionsError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let sides = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if sides.count == 1, setFlag(sides[0]) { continue }
            guard Self.valueNames.contains(sides[0]) else { throw OptionsError(unknown: argument) }
            guard let value = sides.count == 2 ? sides[1] : rest.popFirst() else {
                throw OptionsError("\(sides[0]) needs a value")
            }
            do {
                try set(sides[0], value)
            } catch let error as OptionsError {
                throw error
            } catch {
                throw OptionsError("\(sides[0]): \(error)")
            }
        }
    }

    private mutating func setFlag(_ name: String) -> Bool {
        switch name {
        case "--gullible": settings.confirmer.isGullible = true
        case "--until-stdin-closes": stopsWithStandardInput = true
        case "--help", "-h": showsHelp = true
        default: return false
        }
        return true
    }

    private mutating func set(_ name: String, _ value: String) throws {
        switch name {
        case "--port": port = try Self.integer(name, value)
        case "--answers": settings.answers = try Answers(try JSONLines.read(value))
        case "--pairs": settings.confirmer.truth = try Truth(try JSONLines.read(value))
        case "--mini-error":
            guard let probability = Double(value), (0...1).contains(probability) else {
                throw OptionsError("\(name) must be a number from 0 to 1, not '\(value)'")
            }
            settings.confirmer.errorProbability = probability
        case "--seed": settings.confirmer.seed = try Self.integer(name, value)
        case "--delay-ms": settings.delayMilliseconds = Int(try Self.integer(name, value) as UInt32)
        case "--mini-delay-ms": settings.miniDelayMilliseconds = Int(try Self.integer(name, value) as UInt32)
        case "--mini-reply": settings.confirmationText = value
        case "--key": settings.key = value
        case "--faults": settings.faults += try Self.faults(value)
        case "--log": logPath = value
        case "--keep-requests": settings.requestsKeptMax = Int(try Self.integer(name, value) as UInt16)
        default: preconditionFailure("\(name) is in valueNames and not here")
        }
    }

    private static func integer<T: FixedWidthInteger>(_ name: String, _ value: String) throws(OptionsError) -> T {
        guard let integer = T(value) else {
            throw OptionsError("\(name) must be an integer from \(T.min) to \(T.max), not '\(value)'")
        }
        return integer
    }

    /// The rules of a file, when there is one of that name, else those of the text itself.
    private static func faults(_ value: String) throws -> [FaultRule] {
        guard unsafe access(value, F_OK) == 0 else { return [try FaultRule(specification: value)] }
        return try JSONLines.read(value).map { try FaultRule($0.value) }
    }

    private static let valueNames = [
        "--port", "--answers", "--pairs", "--mini-error", "--seed", "--delay-ms", "--mini-delay-ms", "--mini-reply",
        "--key", "--faults", "--log", "--keep-requests",
    ]

    static let names = valueNames + ["--gullible", "--until-stdin-closes", "--help"]

    /// What the stand-in says of itself, first of all.
    package static let notice = "stand-in provider: plays the model API for tests and demos; no model runs here"

    package static let help = """
        \(notice)

        usage: refrain-standin [--port 0] [--answers FILE] [--pairs FILE] [--faults FILE|SPEC] …

          --port N              port on 127.0.0.1; 0, the default, takes a free one
          --answers FILE        JSON lines {question, answer}: what full says
          --pairs FILE          JSON lines {a, b, same}, {text, class} or {question, matches}: what mini knows
          --mini-error P        probability that mini's verdict on a candidate is flipped
          --seed N              which verdicts are flipped
          --gullible            mini does what a question with "ignore" or "same_as" tells it
          --mini-reply TEXT     what mini answers to every confirmation
          --delay-ms N          wait before a chat completion
          --mini-delay-ms N     the same for models named mini or nano
          --faults FILE|SPEC    JSON lines {match, fault, times}, or name=value;name;…; may stand several times
          --key K               the API key that requests must carry
          --log FILE            a JSON line for each request
          --keep-requests N     how many of the last requests GET /standin/requests shows; 64 by default
          --until-stdin-closes  stop when stdin ends

        A fault's members: \(Fault.names.joined(separator: ", ")).
        A match's: model, path, purpose (\(Purpose.allCases.map(\.rawValue).joined(separator: ", "))), text_contains.
        A request can bring its own fault: X-Standin-Fault: status=429;retry_after=1
        POST and DELETE /standin/faults change the rules; GET and DELETE /standin/requests show and reset the counts.
        Tokens are counted as UTF-8 bytes ÷ 4, rounded up.

        """
}

/// Why a command line cannot be used.
package struct OptionsError: ExplainedError, Equatable {
    package let what: String
    package let remedy: String?

    init(_ what: String) {
        self.what = what
        remedy = nil
    }

    init(unknown argument: String) {
        what = "unknown option '\(argument)'"
        remedy = closest(to: argument, among: Options.names).map { "did you mean '\($0)'?" } ?? "see --help"
    }
}

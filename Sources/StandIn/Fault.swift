package import JSON
import Support

/// What goes wrong with one reply; several things can at once.
///
/// Written as a JSON object, or as `name=value;name;…`: ``names`` has every member's name.
package struct Fault: Sendable, Equatable {
    /// This status with an error body instead of the reply; see `retryAfter` and the three after it.
    package var status: Int?
    /// The `Retry-After` header as it is sent: seconds or a date.
    package var retryAfter: String?
    package var retryAfterMilliseconds: Int?
    package var shouldRetry: Bool?
    /// The body of the error instead of one made up for the status.
    package var body: JSONValue?

    /// No answer, ever; the connection stays open.
    package var hangs = false
    /// The connection ends before the first byte of the head.
    package var closes = false
    /// Not a byte before the faults are cleared, then the reply as it is.
    package var holds = false
    package var delayMilliseconds: Int?
    /// The whole reply, head and body, at this speed.
    package var dripBytesPerSecond: Int?
    /// So many bytes of the body, then the connection ends.
    package var cutAfterBytes: Int?
    /// A page of HTML with 200, as a proxy in the way sends one.
    package var html = false
    /// A body that is half of the JSON it should be, all else in order.
    package var badJSON = false
    /// `Content-Length` claims so many bytes more (then the connection ends) or fewer (it stays open).
    package var contentLengthOffBy: Int?
    /// A stream of events whether the request asked for one or not.
    package var eventStream = false
    /// So many megabytes of white space in front of the body; the JSON stays valid.
    package var hugeMegabytes: Int?

    package var refusal: String?
    package var finishReason: String?
    package var toolCalls = false
    package var emptyChoices = false
    /// The answer's text, whatever the request asks for: a confirmation's reply off its schema.
    package var text: String?

    package init() {}

    package static let names = [
        "status", "retry_after", "retry_after_ms", "should_retry", "body", "hang", "close", "hold", "delay_ms",
        "drip_bytes_per_second", "cut_after_bytes", "html", "bad_json", "content_length_off_by", "event_stream",
        "huge_mb", "refusal", "finish_reason", "tool_calls", "empty_choices", "text",
    ]

    package init(_ object: JSONObject) throws(FaultError) {
        for member in object.members { try set(member.name, member.value) }
    }

    private mutating func set(_ name: String, _ value: JSONValue) throws(FaultError) {
        let value = FaultMember(name: name, value: value)
        switch name {
        case "status": status = try value.integer(in: 100...599)
        case "retry_after": retryAfter = value.text
        case "retry_after_ms": retryAfterMilliseconds = try value.integer(in: 0...(.max))
        case "should_retry": shouldRetry = try value.flag
        case "body": body = value.value
        case "hang": hangs = try value.flag
        case "close": closes = try value.flag
        case "hold": holds = try value.flag
        case "delay_ms": delayMilliseconds = try value.integer(in: 0...3_600_000)
        case "drip_bytes_per_second": dripBytesPerSecond = try value.integer(in: 1...1_000_000)
        case "cut_after_bytes": cutAfterBytes = try value.integer(in: 0...(.max))
        case "html": html = try value.flag
        case "bad_json": badJSON = try value.flag
        case "content_length_off_by": contentLengthOffBy = try value.integer(in: -1_000_000...1_000_000)
        case "event_stream": eventStream = try value.flag
        case "huge_mb": hugeMegabytes = try value.integer(in: 1...4_096)
        case "refusal": refusal = value.value == true ? "I'm sorry, but I can't help with that." : value.text
        case "finish_reason": finishReason = value.text
        case "tool_calls": toolCalls = try value.flag
        case "empty_choices": emptyChoices = try value.flag
        case "text": text = value.text
        default: throw FaultError(unknown: name, among: Self.names)
        }
    }

    /// The fault of an `X-Standin-Fault` header: a JSON object or `name=value;name;…`.
    package init(_ text: String) throws(FaultError) {
        try self.init(try FaultError.object(of: text))
    }
}

/// A member of a fault as it was written, on its way to the type it should have.
struct FaultMember {
    let name: String
    let value: JSONValue

    /// A string as it is, anything else as its JSON text: `retry_after=1` is meant as `"1"`.
    var text: String { value.string ?? value.text }

    var flag: Bool {
        get throws(FaultError) {
            guard let flag = value.bool else { throw FaultError("'\(name)' must be true or false") }
            return flag
        }
    }

    func integer(in range: ClosedRange<Int>) throws(FaultError) -> Int {
        guard let integer = value.int, range.contains(integer) else {
            throw FaultError("'\(name)' must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }
}

/// Why a text is not a fault.
package struct FaultError: ExplainedError, Equatable {
    package let why: String?

    package var what: String { "cannot read the fault" }

    init(_ why: String) {
        self.why = why
    }

    init(unknown name: String, among names: [String]) {
        why = "unknown member '\(name)'" + (closest(to: name, among: names).map { ", did you mean '\($0)'?" } ?? "")
    }

    /// The members of `{…}` or of `name=value;name;…`, where a name alone is true and a value that is no JSON a string.
    static func object(of text: String) throws(FaultError) -> JSONObject {
        if text.trimmed.hasPrefix("{") {
            do throws(JSONError) {
                return try JSONValue.parse(text).object ?? [:]
            } catch {
                throw FaultError(error.description)
            }
        }
        var object = JSONObject()
        for part in text.split(separator: ";") {
            let sides = part.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
            guard let name = sides.first, !name.isEmpty else { continue }
            guard sides.count == 2 else {
                object[name] = true
                continue
            }
            object[name] = (try? JSONValue.parse(sides[1])) ?? .string(sides[1])
        }
        return object
    }
}

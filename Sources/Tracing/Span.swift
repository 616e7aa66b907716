package import JSON

/// A stretch of work in a trace.
package struct Span: Sendable, Equatable {
    /// As OTLP numbers them.
    package enum Kind: Int, Sendable { case `internal` = 1, server = 2, client = 3 }

    package enum Attribute: Sendable, Equatable {
        case text(String)
        case integer(Int)
        case number(Double)
        case flag(Bool)
    }

    package var trace: String
    package var id: String
    /// Nil: it has none in this trace.
    package var parent: String?
    package var name: String
    package var kind: Kind
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    package var start: Int64
    package var end: Int64
    package var attributes: [(key: String, value: Attribute)]
    /// What went wrong, in a word; nil: nothing.
    package var failure: String?

    package init(
        trace: String, id: String = TraceContext.randomID(bytes: 8), parent: String?, name: String, kind: Kind,
        start: Int64, end: Int64, attributes: [(key: String, value: Attribute)] = [], failure: String? = nil
    ) {
        self.trace = trace
        self.id = id
        self.parent = parent
        self.name = name
        self.kind = kind
        self.start = start
        self.end = end
        self.attributes = attributes
        self.failure = failure
    }

    package static func == (left: Span, right: Span) -> Bool { left.json == right.json }

    /// As OTLP's JSON has it: identifiers in hexadecimal, 64-bit numbers as strings
    /// (https://opentelemetry.io/docs/specs/otlp/, "JSON Protobuf Encoding").
    package var json: JSONValue {
        var object: JSONObject = ["traceId": .string(trace), "spanId": .string(id)]
        if let parent { object["parentSpanId"] = .string(parent) }
        object["name"] = .string(name)
        object["kind"] = .number(kind.rawValue)
        object["startTimeUnixNano"] = .string(String(start))
        object["endTimeUnixNano"] = .string(String(end))
        var all = attributes
        if let failure { all.append(("error.type", .text(failure))) }
        object["attributes"] = .array(all.map { ["key": .string($0.key), "value": $0.value.json] })
        // 2 is ERROR; one that went well leaves its status unset.
        object["status"] = failure == nil ? [:] : ["code": 2]
        return .object(object)
    }
}

extension Span.Attribute {
    package var json: JSONValue {
        switch self {
        case .text(let text): ["stringValue": .string(text)]
        case .integer(let number): ["intValue": .string(String(number))]
        case .number(let number):
            number.isFinite ? ["doubleValue": .number(number)] : ["stringValue": .string("\(number)")]
        case .flag(let flag): ["boolValue": .bool(flag)]
        }
    }
}

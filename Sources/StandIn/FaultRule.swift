package import JSON

/// A fault and the requests it befalls.
package struct FaultRule: Sendable, Equatable {
    /// What must hold for a request; an absent part holds for every one.
    package struct Match: Sendable, Equatable {
        package var model: String?
        package var path: String?
        package var purpose: Purpose?
        /// A part of the last user text, or of an embeddings request's input.
        package var textContains: String?

        package func matches(_ call: Call) -> Bool {
            (model == nil || model == call.model) && (path == nil || path == call.path)
                && (purpose == nil || purpose == call.purpose)
                && (textContains.map { call.text.contains($0) } ?? true)
        }
    }

    package var match = Match()
    package var fault: Fault
    /// How many more requests it befalls; nil is all.
    package var times: Int?

    private static let matchNames = ["model", "path", "purpose", "text_contains"]

    /// `{"match": {…}, "fault": {…}, "times": n or null}`.
    package init(_ json: JSONValue) throws(FaultError) {
        for member in json.object?.members ?? [] where !["match", "fault", "times"].contains(member.name) {
            throw FaultError(unknown: member.name, among: ["match", "fault", "times"])
        }
        guard let fault = json["fault"]?.object else { throw FaultError("'fault' must be an object") }
        // `nil` would be read as JSON's null here, which is a value.
        let times = json["times"]?.isNull == false ? json["times"] : .none
        try self.init(match: json["match"]?.object ?? [:], fault: fault, times: times)
    }

    /// `name=value;name;…`, the names of a match, `times` and a fault in one: `status=429;times=2;purpose=confirm`.
    package init(specification: String) throws(FaultError) {
        var fault = try FaultError.object(of: specification)
        if fault["fault"] != nil {
            try self.init(.object(fault))
            return
        }
        var match = JSONObject()
        for name in Self.matchNames {
            match[name] = fault[name]
            fault[name] = nil
        }
        let times = fault["times"]
        fault["times"] = nil
        try self.init(match: match, fault: fault, times: times)
    }

    private init(match: JSONObject, fault: JSONObject, times: JSONValue?) throws(FaultError) {
        for member in match.members {
            let member = FaultMember(name: member.name, value: member.value)
            switch member.name {
            case "model": self.match.model = member.text
            case "path": self.match.path = member.text
            case "purpose": self.match.purpose = try Self.purpose(member.text)
            case "text_contains": self.match.textContains = member.text
            default: throw FaultError(unknown: member.name, among: Self.matchNames)
            }
        }
        self.times = try times.map { times throws(FaultError) in
            try FaultMember(name: "times", value: times).integer(in: 1...(.max))
        }
        self.fault = try Fault(fault)
    }

    private static func purpose(_ name: String) throws(FaultError) -> Purpose {
        guard let purpose = Purpose(rawValue: name) else {
            throw FaultError("'purpose' must be one of \(Purpose.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return purpose
    }
}

/// The rules in force, in order; the first that matches befalls a request.
package struct FaultBook: Sendable {
    package private(set) var rules: [FaultRule]
    /// How often they were cleared: what was held before then goes on.
    package private(set) var clearings = 0

    package init(_ rules: [FaultRule] = []) {
        self.rules = rules
    }

    package mutating func add(_ rule: FaultRule) {
        rules.append(rule)
    }

    package mutating func removeAll() {
        rules.removeAll()
        clearings += 1
    }

    /// The fault that befalls a call, counted down; a rule that is used up is gone.
    package mutating func take(for call: Call) -> Fault? {
        guard let index = rules.firstIndex(where: { $0.match.matches(call) }) else { return nil }
        let fault = rules[index].fault
        if let times = rules[index].times {
            rules[index].times = times - 1
            if times == 1 { rules.remove(at: index) }
        }
        return fault
    }
}

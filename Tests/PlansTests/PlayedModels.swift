import JSON
import Models
import Support
import Synchronization

@testable import Plans

/// Plays the models: replies by role and by what the request says, and remembers what it was asked.
final class PlayedModels: Sendable {
    typealias Reply = @Sendable (_ role: Role, _ request: String) throws(ModelError) -> String

    private let reply: Reply
    private let asked = Mutex<[(role: Role, body: JSONObject)]>([])

    init(_ reply: @escaping Reply) {
        self.reply = reply
    }

    var requests: [(role: Role, body: JSONObject)] { asked.withLock { $0 } }
    var roles: [Role] { requests.map(\.role) }

    var engine: PlanEngine {
        PlanEngine(ModelsConfiguration()) { body, role, _ throws(ModelError) in
            self.asked.withLock { $0.append((role, body)) }
            if Task.isCancelled { throw ModelError(.cancelled) }
            let text = try self.reply(role, JSONValue.object(body).text)
            return Completion(
                playing: role == .mini ? "gpt-5-mini" : "gpt-5.2", text: text,
                usage: Usage(promptTokens: 100, completionTokens: 10), cost: Money(nanodollars: role == .mini ? 1 : 10))
        }
    }
}

/// A plan of these steps over one text input, whose output is the step `a`.
func plan(_ steps: String, outputs: String = "{a: 'a'}", more: String = "") throws -> Plan {
    try Plan.parse(
        "{summary: 's', inputs: {q: {}, list: {kind: 'list', default: ['x', 'y', 'z']}}, steps: {\(steps)}, "
            + "outputs: \(outputs), \(more)}", name: "p", file: "p.json5")
}

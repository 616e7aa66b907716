import Configuration
import HTTPClient
import JSON
import Models
import Support
import Terminal

/// Whether the models can be asked.
struct UpstreamChecks {
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    /// - Parameters:
    ///   - lists: asks for the list of models, which is free.
    ///   - calls: asks mini for one word, which is not.
    func run(lists: Bool, calls: Bool) async -> [HealthCheck] {
        guard let url = settings.upstream.url else {
            return [
                HealthCheck(
                    subject: "upstream", state: .warning, finding: "none: cache only, no model is called",
                    remedy: "set OPENAI_API_KEY, or upstream to the base URL of an OpenAI-compatible API")
            ]
        }
        guard lists || calls else {
            return [
                HealthCheck(
                    subject: "upstream", state: .ok,
                    finding: "\(url) (not asked; --ask-upstream lists its models, --call asks mini for a word)")
            ]
        }
        let http = HTTPClient()
        let models = ModelClient(configuration: Service.models(settings), http: http, log: .none) { _ in }
        var checks: [HealthCheck] = []
        if lists { checks.append(await list(models, url)) }
        if calls { checks.append(await call(models)) }
        await http.close()
        return checks
    }

    private func list(_ models: ModelClient, _ url: String) async -> HealthCheck {
        do {
            let count = try await models.models().count
            return HealthCheck(subject: "upstream", state: .ok, finding: "\(url) lists \(count) models")
        } catch {
            return failure("upstream", error)
        }
    }

    private func call(_ models: ModelClient) async -> HealthCheck {
        let request: JSONObject = [
            "messages": [["role": "user", "content": "Reply with the word OK."]],
            "max_completion_tokens": .number(16),
        ]
        let start = ContinuousClock.now
        do {
            let completion = try await models.chat(request, role: .mini, purpose: .answer)
            let time = Format.duration(milliseconds: start.duration(to: .now) / .milliseconds(1))
            let cost = completion.cost.map { "for \(Format.dollars($0))" } ?? "at an unknown price"
            return HealthCheck(
                subject: "mini", state: .ok, finding: "\(completion.model) answered in \(time) \(cost)")
        } catch {
            return failure("mini", error)
        }
    }

    private func failure(_ subject: String, _ error: ModelError) -> HealthCheck {
        HealthCheck(
            subject: subject, state: .failed, finding: error.why.map { "\(error.what): \($0)" } ?? error.what,
            remedy: error.remedy ?? "check the address and the key")
    }
}

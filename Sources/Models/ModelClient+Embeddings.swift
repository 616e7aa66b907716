package import HTTP
import HTTPClient
package import JSON
import Support

/// Embeddings made by the upstream.
extension ModelClient {
    /// Passes a request for embeddings on.
    ///
    /// - Returns: the upstream's response as it came.
    package func embeddings(_ body: JSONObject, model: String) async throws(ModelError) -> Response {
        let deadline = Deadline(milliseconds: configuration.full.timeoutMilliseconds)
        let bytes = JSONValue.object(body).bytes
        let provider = try provider(of: model)
        let answer = try await exchange("POST", "/embeddings", of: provider, body: bytes, deadline) {
            failure, latency in
            noteEmbeddings(model, status: failure.status, latency: latency)
        }
        let reply = try? JSONValue.parse(answer.body, depthMax: Limits.jsonDepthMax)
        noteEmbeddings(
            model, status: String(answer.status), latency: answer.latencyMilliseconds,
            Usage(embeddings: reply?["usage"]))
        return answer.response
    }

    private func noteEmbeddings(_ model: String, status: String, latency: Double, _ usage: Usage? = nil) {
        record(
            CallRecord(
                role: nil, model: model, purpose: .embed, usage: usage,
                cost: usage.flatMap { cost(model: model, usage: $0) }, latencyMilliseconds: latency, status: status,
                time: clock.now))
    }
}

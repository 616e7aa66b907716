import Cache
import Store

extension API.Parts {
    /// The entry that a path names, of the tenant who asks.
    func entry(of call: Router.Call) throws(APIError) -> Entry {
        let text = call.parameters["id"] ?? ""
        guard let number = Int64(text), number > 0 else {
            throw APIError(400, "\"\(text)\" is no entry's number", param: "id", code: "invalid_value")
        }
        let id = EntryID(rawValue: number)
        guard let entry = try stored({ try cache.parts.store.entry(id) }),
            try stored({ try cache.parts.store.scopeKey(entry.scope) })?.tenant == access.tenant(of: call.request)
        else { throw APIError.noEntry(id) }
        return entry
    }

    /// What the store says; its error as one of the API's.
    func stored<Value>(_ read: () throws -> Value) throws(APIError) -> Value {
        do {
            return try read()
        } catch {
            throw APIError(503, "\(error)", code: "store_error")
        }
    }
}

extension APIError {
    static func noEntry(_ id: EntryID, param: String = "id") -> APIError {
        APIError(404, "there is no entry \(id.rawValue)", param: param, code: "not_found")
    }
}

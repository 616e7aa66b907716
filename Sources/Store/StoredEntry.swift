import Support

/// A row of `entries`.
struct StoredEntry {
    let id: EntryID
    let scope: ScopeID
    var created: Timestamp
    var expires: Timestamp?
    var origin: Entry.Origin
    var model: String?
    let promptTokens: Int64
    let completionTokens: Int64
    let cost: Money?
    var boundary: Double?
    let question: String
    var answer: String

    init(_ row: borrowing Row) {
        id = EntryID(rawValue: row.integer(0))
        scope = ScopeID(rawValue: row.integer(1))
        created = Timestamp(milliseconds: row.integer(2))
        expires = row.optionalInteger(3).map(Timestamp.init(milliseconds:))
        // A later release may know more origins; for this one they are a client's.
        origin = Entry.Origin(rawValue: row.integer(4)) ?? .client
        model = row.optionalText(5)
        promptTokens = row.integer(6)
        completionTokens = row.integer(7)
        cost = row.optionalInteger(8).map(Money.init(nanodollars:))
        boundary = row.optionalReal(9)
        question = row.text(10)
        answer = row.text(11)
    }

    init(_ new: NewEntry, id: EntryID, scope: ScopeID, created: Timestamp) {
        self.id = id
        self.scope = scope
        self.created = created
        expires = new.expires
        origin = new.origin
        model = new.model
        promptTokens = Int64(new.promptTokens)
        completionTokens = Int64(new.completionTokens)
        cost = new.cost
        boundary = nil
        question = new.question
        answer = new.answer
    }

    /// In the order of `Table.entries`.
    var values: [Value] {
        [
            .integer(id.rawValue), .integer(scope.rawValue), .integer(created.milliseconds),
            .optional(expires?.milliseconds), .integer(origin.rawValue), .optional(model), .integer(promptTokens),
            .integer(completionTokens), .optional(cost?.nanodollars), .optional(boundary), .text(question),
            .text(answer),
        ]
    }

    func entry(tags: [String], hits: HitNote?) -> Entry {
        Entry(
            id: id, scope: scope, question: question, answer: answer, tags: tags, origin: origin, model: model,
            promptTokens: Int(promptTokens), completionTokens: Int(completionTokens), cost: cost, created: created,
            expires: expires, boundary: boundary, hits: Int(hits?.hits ?? 0), lastHit: hits?.lastHit)
    }
}

package import Support

/// What people said of a request's answer, of an entry, or of all that has a label.
package struct Rating: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable { case request, entry, label }

    package var tenant: String
    package var kind: Kind
    /// A request's id, an entry's number, or `key=value`.
    package var subject: String
    /// Of the request; of the rating itself where it is about something else.
    package var time: Timestamp
    package var scope = ""
    package var model = ""
    package var plan = ""
    package var variant = ""
    package var labels: [Label] = []
    /// Nil where nothing was said; so the others.
    package var isGood: Bool?
    /// From 1 to 5.
    package var score: Int?
    package var hasSucceeded: Bool?
    package var comment: String?

    package init(tenant: String, kind: Kind, subject: String, time: Timestamp) {
        self.tenant = tenant
        self.kind = kind
        self.subject = subject
        self.time = time
    }

    /// The later word on the same subject: what it says counts, what it leaves out stays.
    func corrected(by later: Rating) -> Rating {
        var rating = later
        rating.isGood = later.isGood ?? isGood
        rating.score = later.score ?? score
        rating.hasSucceeded = later.hasSucceeded ?? hasSucceeded
        rating.comment = later.comment ?? comment
        return rating
    }
}

/// An object's members in order; a name stands once.
///
/// Names are the same when their code points are: `é` and `e` with an accent after it are two names (RFC 8259,
/// section 8.3), though Swift's strings call them equal.
package struct JSONObject: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    package struct Member: Sendable, Hashable {
        package var name: String
        package var value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }

        package static func == (left: Member, right: Member) -> Bool {
            sameCodePoints(left.name, right.name) && left.value == right.value
        }
    }

    package private(set) var members: [Member]

    /// - Precondition: no name stands twice.
    package init(_ members: [Member] = []) {
        var names = Names()
        for index in members.indices {
            precondition(names.insert(members[index].name, beside: members[..<index]), "a name stands twice")
        }
        self.members = members
    }

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(literal: elements)
    }

    /// - Precondition: no name stands twice, which a program's own text need not be checked for in every run.
    init(literal elements: [(String, JSONValue)]) {
        self.init(distinct: elements.map { Member(name: $0.0, value: $0.1) })
        assert(Set(members.map { Array($0.name.utf8) }).count == members.count, "a name stands twice")
    }

    /// - Parameter members: already known to have distinct names.
    init(distinct members: [Member]) {
        self.members = members
    }

    /// The member's value; setting replaces it in place or appends it, nil removes it.
    package subscript(name: String) -> JSONValue? {
        get { members.first { sameCodePoints($0.name, name) }?.value }
        set {
            let index = members.firstIndex { sameCodePoints($0.name, name) }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Finds the name that stands twice while an object is put together.
    struct Names {
        /// Few members are compared one by one; many need a set, or a hostile object would cost quadratic time. The
        /// set holds bytes, because all canonically equivalent strings have one hash.
        private static let comparedMax = 16
        private var seen: Set<[UInt8]> = []

        /// Whether the name is new beside the members before it.
        mutating func insert(_ name: String, beside members: some Collection<Member>) -> Bool {
            if members.count < Names.comparedMax { return !members.contains { sameCodePoints($0.name, name) } }
            if members.count == Names.comparedMax { seen = Set(members.map { Array($0.name.utf8) }) }
            return seen.insert(Array(name.utf8)).inserted
        }
    }
}

/// Whether two strings are the same to JSON; Swift's `==` also equates canonically equivalent ones.
package func sameCodePoints(_ left: String, _ right: String) -> Bool {
    let (left, right) = (left.utf8.span, right.utf8.span)
    return left.count == right.count && left.indices.allSatisfy { left[$0] == right[$0] }
}

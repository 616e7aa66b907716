package import Support

/// Which of the two models a call is for.
package enum Role: String, Sendable, CaseIterable {
    /// The cheap one: confirms, annotates, routes.
    case mini
    /// The expensive one: answers.
    case full
}

/// The models that fill a role, and how they are asked.
package struct RoleSettings: Sendable, Equatable {
    /// The first that the upstream has is asked.
    package var models: [String]
    /// Sent unless a request brings its own; nil sends none.
    package var reasoningEffort: String?
    /// For a whole call, retries included.
    package var timeoutMilliseconds: Int

    package init(models: [String], reasoningEffort: String?, timeoutMilliseconds: Int) {
        self.models = models
        self.reasoningEffort = reasoningEffort
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// The role's effort by the name that the model has for it: what is `minimal` with gpt-5, gpt-5-mini and gpt-5-nano is
    /// `none` with OpenAI's later models, which refuse the other name.
    func reasoningEffort(of model: String) -> String? {
        let isLater = model.hasPrefix("gpt-") && model != "gpt-5" && !model.hasPrefix("gpt-5-")
        return reasoningEffort == "minimal" && isLater ? "none" : reasoningEffort
    }
}

/// The server that speaks OpenAI's API.
package struct Upstream: Sendable {
    /// Ends in `/v1`; a slash behind it does no harm.
    package var baseURL: String
    /// Nil for a server that asks for none.
    package var key: Secret?

    package init(baseURL: String, key: Secret?) {
        self.baseURL = baseURL
        self.key = key
    }
}

/// A server for some models alone.
package struct ModelUpstream: Sendable {
    /// Shell patterns (POSIX fnmatch) of the models' names: `mistral-*`.
    package var models: [String]
    package var upstream: Upstream

    package init(models: [String], upstream: Upstream) {
        self.models = models
        self.upstream = upstream
    }
}

/// Everything the models' room is told.
package struct ModelsConfiguration: Sendable {
    /// The server of every model that no other upstream has; nil: without another one, the cache serves what it has and
    /// calls nobody.
    package var upstream: Upstream?
    /// The first with a pattern that fits is a model's.
    package var otherUpstreams: [ModelUpstream]
    package var mini: RoleSettings
    package var full: RoleSettings
    /// By the model's name, without a date.
    package var prices: [String: Price]
    /// Models whose answers are not to be served any more, without a date.
    package var retired: Set<String>

    package init(
        upstream: Upstream? = nil, otherUpstreams: [ModelUpstream] = [], mini: RoleSettings = .defaultMini,
        full: RoleSettings = .defaultFull, prices: [String: Price] = ModelsConfiguration.defaultPrices,
        retired: Set<String> = []
    ) {
        self.upstream = upstream
        self.otherUpstreams = otherUpstreams
        self.retired = retired
        self.mini = mini
        self.full = full
        self.prices = prices
    }

    package subscript(role: Role) -> RoleSettings {
        switch role {
        case .mini: mini
        case .full: full
        }
    }

    /// OpenAI's list prices.
    package static let defaultPrices: [String: Price] = [
        "gpt-5-mini": Price(input: 250_000_000, cachedInput: 25_000_000, output: 2_000_000_000, asOf: "2026-11-24"),
        "gpt-6.1-terra": Price(
            input: 1_000_000_000, cachedInput: 50_000_000, output: 5_000_000_000, asOf: "2026-11-24"),
        "gpt-5.2": Price(input: 1_750_000_000, cachedInput: 175_000_000, output: 14_000_000_000, asOf: "2026-11-24"),
    ]

    /// The price of a model by its exact name, else by the longest name that it extends by a date.
    package func price(of model: String) -> Price? {
        if let price = prices[model] { return price }
        return namesWithoutDate(model).lazy.compactMap { prices[$0] }.first
    }

    /// Whether answers that the model made are not to be served any more.
    package func isRetired(_ model: String) -> Bool {
        retired.contains(model) || namesWithoutDate(model).contains(where: retired.contains)
    }

    /// What a call cost; nil when the model's price is unknown.
    package func cost(model: String, usage: Usage) -> Money? {
        price(of: model)?.cost(of: usage)
    }
}

extension RoleSettings {
    package static let defaultMini = RoleSettings(
        models: ["gpt-5-mini", "gpt-6.1-terra"], reasoningEffort: "minimal",
        timeoutMilliseconds: Limits.miniSecondsMax * 1_000)
    package static let defaultFull = RoleSettings(
        models: ["gpt-5.2"], reasoningEffort: "none", timeoutMilliseconds: Limits.fullSecondsMax * 1_000)
}

/// A model's name without the date at its end, the longest first: `-0613`, `-20250929` and `-2026-01-31` are dates.
func namesWithoutDate(_ model: String) -> [String] {
    func isDate(month: Substring, day: Substring) -> Bool {
        guard let month = Int(month), let day = Int(day) else { return false }
        return (1...12).contains(month) && (1...31).contains(day)
    }
    func isDate(_ suffix: Substring) -> Bool {
        let digits = suffix.filter { $0 != "-" }
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        let parts = suffix.dropFirst().split(separator: "-", omittingEmptySubsequences: false).map(\.count)
        guard suffix.first == "-", parts == [4] || parts == [8] || parts == [4, 2, 2] else { return false }
        return isDate(month: digits.suffix(4).prefix(2), day: digits.suffix(2))
    }
    return [5, 9, 11].compactMap { length in
        guard model.count > length, isDate(model.suffix(length)) else { return nil }
        return String(model.dropLast(length))
    }
}

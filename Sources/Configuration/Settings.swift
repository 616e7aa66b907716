package import Support

/// What the service is set to, whole and checked.
package struct Settings: Sendable, Equatable {
    package enum Durability: String, Sendable, CaseIterable { case normal, full }

    /// What becomes of personal data in what is stored.
    package enum PersonalDataMode: String, Sendable, CaseIterable { case keep, redact, refuse }

    package enum EmbedderKind: String, Sendable, CaseIterable { case local, remote }

    package enum EmbedderPrecision: String, Sendable, CaseIterable { case auto, float32, bfloat16 }

    /// Where the models are.
    package struct Upstream: Sendable, Equatable {
        /// Without a slash at its end; nil: no model is ever called.
        package var url: String?
        package var keyFile: String?
        package var key: APIKey?
    }

    /// A server for some models alone.
    package struct ModelUpstream: Sendable, Equatable {
        /// Shell patterns of the models' names.
        package var models: [String]
        /// Without a slash at its end.
        package var url: String
        package var keyFile: String?
        package var key: APIKey?
    }

    /// Who may use the service, and whose cache they use.
    package struct Access: Sendable, Equatable {
        package var tokensFile: String?
        /// Tenants by the hexadecimal SHA-256 of their tokens; nil: no token is asked for.
        package var tokens: [String: String]?
        package var passesAuthorization = false
    }

    /// The models that play a role, the preferred first.
    package struct Role: Sendable, Equatable {
        package var models: [String]
        /// Nil leaves it to the model.
        package var reasoningEffort: String?
        package var timeoutSeconds: Int
    }

    package struct Embedder: Sendable, Equatable {
        package var kind = EmbedderKind.local
        /// Of the local model.
        package var modelDirectory: String
        /// Of a remote embedder; nil: the upstream.
        package var url: String?
        package var model = "text-embedding-3-small"
        package var dimension = 1_536
        /// 0: one a processor core.
        package var threads = 0
        package var precision = EmbedderPrecision.auto
    }

    /// When a stored answer is served.
    package struct Deciding: Sendable, Equatable {
        package var floor = 0.60
        package var errorTarget = 0.01
        /// Of the answers served on likeness, the share that is compared with a fresh one.
        package var auditShare = 0.01
        package var auditsPerHour = 60
        package var exploration = 0.005
        /// Dollars that a second of waiting for mini is worth.
        package var latencyPrice = 0.0
        /// Nil: answers do not expire.
        package var ttlSeconds: Int?
        package var learnsTTL = false
        /// Nil: `ttlSeconds`.
        package var learnedTTLSecondsMax: Int?
        package var waitSeconds = 10
        package var staleSeconds = 0
        package var rewritesConversations = false
        package var annotatesAnswers = false
    }

    package struct PersonalData: Sendable, Equatable {
        package var mode = PersonalDataMode.keep
        /// What may stand in any text; nil: nothing.
        package var allowed: [String]?
    }

    /// What goes to *full* whatever a plan says; nil: no such rule.
    package struct Rules: Sendable, Equatable {
        package var words: [String]?
        package var tags: [String]?
        package var scopes: [String]?
        package var inputTokensMax: Int?
        /// What mini is asked about each input.
        package var subjects: [String]?
    }

    package enum DecisionRecording: String, Sendable, CaseIterable { case none, digests, texts }

    /// What is kept of decisions.
    package struct DecisionLog: Sendable, Equatable {
        package var record = DecisionRecording.none
        package var days = 30
    }

    /// What is kept of requests and calls.
    package struct Ledger: Sendable, Equatable {
        package var isEnabled = true
        package var rowsDays = 30
        package var labelsDays = 90
    }

    /// Addresses of TCP listeners; empty: none.
    package var listen = ["127.0.0.1:8474"]
    package var allowRemote = false
    package var socket: String
    package var data: String
    /// URL of a PostgreSQL database, without a password; nil: an SQLite file in the data directory.
    package var store: String?
    /// 0: one a processor core.
    package var threads = 0
    package var durability = Durability.normal
    package var logLevel = Log.Level.info
    package var upstream = Upstream()
    /// The first with a pattern that fits is a model's; `upstream` is that of all others.
    package var upstreams: [ModelUpstream] = []
    package var access = Access()
    package var mini = Role(
        models: ["gpt-5-mini", "gpt-6.1-terra"], reasoningEffort: "minimal", timeoutSeconds: Limits.confirmSecondsMax)
    package var full = Role(models: ["gpt-5.2"], reasoningEffort: "none", timeoutSeconds: Limits.fullSecondsMax)
    package var embedder: Embedder
    package var deciding = Deciding()
    /// Directory of the plans' files; nil: `plans` in the data directory.
    package var plans: String?
    /// Whether questions are answered from the cache, and answers kept in it.
    package var servesFromCache = true
    /// Whether it is only decided what would be served from the cache.
    package var isShadow = false
    /// The plan that answers what the cache cannot, where the client leaves the choice; nil: a plain call of *full*.
    package var missPlan: String?
    /// From which confidence on mini's own answer counts in a plan; nil: the plan's own bound.
    package var confidenceMin: Double?
    /// What a plan may have written of each part of a long text; nil: the plan's own bound.
    package var summaryTokensMax: Int?
    /// Traffic is split among their variants; the first that a request fits has it.
    package var experiments: [Experiment] = []
    package var rules = Rules()
    /// Nil: no bound.
    package struct Capacity: Sendable, Equatable {
        package var entriesMax: Int?
        package var megabytesMax: Int?
        package var memoryMegabytesMax: Int?
        package var tenantEntriesMax: Int?
        package var tenantRequestsPerMinute: Int?
    }

    package var capacity = Capacity()
    package var personalData = PersonalData()
    /// Models whose stored answers are not served any more; nil: none.
    package var retiredModels: [String]?
    package var ledger = Ledger()
    package var decisionLog = DecisionLog()
    /// Base URL of a collector of traces, without a slash at its end; nil: none are recorded.
    package var tracesEndpoint: String?
    /// Plans that are done now and then by themselves; nil: none.
    package var jobs: [String]?
    /// By model name.
    package var prices = [
        "gpt-5-mini": Price(
            input: Money(nanodollars: 250_000_000), cachedInput: Money(nanodollars: 25_000_000),
            output: Money(nanodollars: 2_000_000_000), asOf: "2026-11-24"),
        "gpt-6.1-terra": Price(
            input: Money(nanodollars: 1_000_000_000), cachedInput: Money(nanodollars: 50_000_000),
            output: Money(nanodollars: 5_000_000_000), asOf: "2026-11-24"),
        "gpt-5.2": Price(
            input: Money(nanodollars: 1_750_000_000), cachedInput: Money(nanodollars: 175_000_000),
            output: Money(nanodollars: 14_000_000_000), asOf: "2026-11-24"),
    ]

    /// The defaults.
    ///
    /// - Parameters:
    ///   - data, model: directories; empty where the environment tells of none.
    init(data: String, model: String) {
        self.data = data
        socket = Settings.socket(in: data)
        embedder = Embedder(modelDirectory: model)
    }

    /// Where the socket stands unless it is set.
    static func socket(in data: String) -> String {
        data.hasSuffix("/") ? data + "refrain.sock" : data + "/refrain.sock"
    }
}

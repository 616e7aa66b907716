import Support

extension Setting {
    /// What a daemon holds open or has loaded: its sockets, its store, its embedding model, its log.
    static let fixedAtStart: Set<String> = [
        "listen", "allow_remote", "socket", "data", "store", "threads", "durability", "log_level", "embedder.kind",
        "model", "embedder.url", "embedder.model", "embedder.dimension", "embedder.threads", "embedder.precision",
        "ledger.enabled", "ledger.rows_days", "ledger.labels_days",
    ]

    /// Every setting, in the order of the documentation: the single source of flags, variables, the file's keys, the
    /// help, the reference and the example.
    package static let all: [Setting] = [
        Setting(
            "listen", \.listen, .addresses, "TCP addresses to listen on; `none` turns TCP off, the Unix socket stays"),
        Setting(
            "allow_remote", \.allowRemote, .boolean,
            "allow TCP addresses other machines can reach; needs tokens_file or pass_authorization"),
        Setting(
            "socket", \.socket, .path, defaultNote: "refrain.sock in the data directory",
            "the Unix socket to listen on and to find the daemon at"),
        Setting("data", \.data, .path, "the data directory"),
        Setting(
            "store", \.store, .postgres,
            "a PostgreSQL database to keep everything in; unset: an SQLite file in the data directory"),
        Setting("threads", \.threads, .integer(0...1_024), "threads that serve connections; 0: one a core"),
        Setting(
            "durability", \.durability, .choice(Settings.Durability.allCases.map(\.rawValue)),
            "`full` keeps every acknowledged write through a power failure, `normal` through a crash of the process"),
        Setting(
            "log_level", \.logLevel, .choice(Log.Level.allCases.map { "\($0)" }), "the least severe message to log"),
        Setting(
            "upstream", \.upstream.url, .url,
            defaultNote: "OPENAI_BASE_URL; or https://api.openai.com/v1 where OPENAI_API_KEY is set; or unset",
            "base URL of the models' API, mostly ending in /v1; unset: no model is called"),
        Setting(
            "upstream_key_file", \.upstream.keyFile, .path,
            "a file, private to its owner, with the API key; otherwise OPENAI_API_KEY holds it"),
        Setting(
            "upstreams", \.upstreams, .upstreams,
            "servers for some models alone, the first that fits, with shell patterns of the models' names"),
        Setting(
            "tokens_file", \.access.tokensFile, .path,
            "a file, private to its owner, of bearer tokens' SHA-256 and their tenants; unset: no token is asked for"),
        Setting(
            "pass_authorization", \.access.passesAuthorization, .boolean,
            "call the upstream with the client's own key, whose digest is its tenant, instead of the configured one"),
        Setting(
            "mini.models", \.mini.models, .names,
            "models for confirmations and other small tasks; the first that the upstream has is asked"),
        Setting(
            "mini.reasoning_effort", \.mini.reasoningEffort, .text,
            "reasoning effort asked of mini; `minimal` is `none` to models that call it so; unset: the model's own"),
        Setting(
            "mini.timeout_seconds", \.mini.timeoutSeconds, .duration(1...3_600), unit: "seconds",
            "how long a call of mini may take"),
        Setting(
            "full.models", \.full.models, .names,
            "models that answer what the cache cannot; the first that the upstream has is asked"),
        Setting(
            "full.reasoning_effort", \.full.reasoningEffort, .text,
            "reasoning effort asked of full; unset: the model's own"),
        Setting(
            "full.timeout_seconds", \.full.timeoutSeconds, .duration(1...3_600), unit: "seconds",
            "how long a call of full may take"),
        Setting(
            "embedder.kind", \.embedder.kind, .choice(Settings.EmbedderKind.allCases.map(\.rawValue)),
            "`local` embeds in this process, `remote` asks an OpenAI-compatible API"),
        Setting("model", \.embedder.modelDirectory, .path, "directory of the local embedding model"),
        Setting(
            "embedder.threads", \.embedder.threads, .integer(0...1_024), "threads of the local embedder; 0: one a core"),
        Setting(
            "embedder.precision", \.embedder.precision,
            .choice(Settings.EmbedderPrecision.allCases.map(\.rawValue)),
            "what the local embedder computes in; `auto`: in bfloat16, at half the time, where the processor can"),
        Setting(
            "embedder.url", \.embedder.url, .url, "base URL of the remote embedder; unset: the upstream"),
        Setting("embedder.model", \.embedder.model, .text, "model of the remote embedder"),
        Setting(
            "embedder.dimension", \.embedder.dimension, .integer(1...Limits.embeddingDimensionMax),
            "length of the remote embedder's vectors"),
        Setting(
            "floor", \.deciding.floor, .number(0...1), unit: "cosine similarity",
            "stored questions less similar are not looked at"),
        Setting(
            "error_target", \.deciding.errorTarget, .number(0...1), unit: "share of requests",
            "wrong answers to stay below"),
        Setting(
            "audit_share", \.deciding.auditShare, .number(0...1), unit: "share of hits on likeness",
            "served answers that full is asked for anew, to measure how many are wrong; 0: none"),
        Setting(
            "audits_per_hour", \.deciding.auditsPerHour, .integer(0...1_000_000), "audits an hour at most"),
        Setting(
            "exploration", \.deciding.exploration, .number(0...1), unit: "share of decisions",
            "decisions without mini that are put to it all the same, at random, to learn from"),
        Setting(
            "latency_price", \.deciding.latencyPrice, .number(0...1_000), unit: "USD per second",
            "what a second of waiting for mini is worth: it is asked only where that and its price are less than is saved"
        ),
        Setting(
            "ttl_seconds", \.deciding.ttlSeconds, .duration(1...3_153_600_000), unit: "seconds",
            "how long a stored answer is good; unset: it does not expire"),
        Setting(
            "stale_while_revalidate_seconds", \.deciding.staleSeconds, .duration(0...3_153_600_000), unit: "seconds",
            "how long an expired answer is served while it is made anew behind the reply; 0: not at all"),
        Setting(
            "learn_ttl", \.deciding.learnsTTL, .boolean,
            "keep answers shorter or longer by how often those with the same tags have changed when they were made anew"
        ),
        Setting(
            "learned_ttl_seconds_max", \.deciding.learnedTTLSecondsMax, .duration(60...3_153_600_000), unit: "seconds",
            "the longest time that learn_ttl may give an answer; unset: ttl_seconds"),
        Setting(
            "in_flight_wait_seconds", \.deciding.waitSeconds, .duration(0...3_600), unit: "seconds",
            "how long a question may wait for one close to it that is being answered; 0: not at all"),
        Setting(
            "rewrite_conversations", \.deciding.rewritesConversations, .boolean,
            "have mini write the last question of a conversation so that it stands alone, and look that up"),
        Setting(
            "annotate_answers", \.deciding.annotatesAnswers, .boolean,
            "have mini examine an answer before it is stored: tags, personal data (not stored), how long it holds"),
        Setting(
            "capacity.entries_max", \.capacity.entriesMax, .integer(1...1_000_000_000),
            "entries to keep at most; the ones worth least go first; unset: as many as there is room for"),
        Setting(
            "capacity.megabytes_max", \.capacity.megabytesMax, .integer(1...1_000_000_000), unit: "MB",
            "size of the database to keep within; unset: no bound"),
        Setting(
            "capacity.memory_megabytes_max", \.capacity.memoryMegabytesMax, .integer(1...1_000_000_000), unit: "MB",
            "memory to keep within, that of files aside; the ones worth least go first; unset: what the system allows"),
        Setting(
            "capacity.tenant_entries_max", \.capacity.tenantEntriesMax, .integer(1...1_000_000_000),
            "entries to keep of each tenant; unset: no bound"),
        Setting(
            "capacity.tenant_requests_per_minute", \.capacity.tenantRequestsPerMinute, .integer(1...100_000_000),
            "requests a minute of each tenant, more are refused with 429; unset: no bound"),
        Setting(
            "personal_data.mode", \.personalData.mode, .choice(Settings.PersonalDataMode.allCases.map(\.rawValue)),
            "addresses, numbers and secrets in questions: `redact` stores placeholders, `refuse` nothing, `keep` all"),
        Setting(
            "personal_data.allowed", \.personalData.allowed, .names,
            "addresses and numbers that are everybody's; `@example.org` for all of a host"),
        Setting(
            "retired_models", \.retiredModels, .names,
            "models whose stored answers are made anew instead of served; a name counts with any date behind it"),
        Setting(
            "plans", \.plans, .path, defaultNote: "plans in the data directory",
            "directory of plans, one a .json5 file; they add to the built-in ones"),
        Setting(
            "miss_plan", \.missPlan, .text,
            "the plan that answers a miss where model `refrain` is asked for; unset: full answers"),
        Setting(
            "confidence_min", \.confidenceMin, .number(0...1), unit: "confidence",
            "from which confidence on mini's own answer counts, in plans that ask for it; unset: the plan's own bound"),
        Setting(
            "summary_tokens_max", \.summaryTokensMax, .integer(1...Limits.planOutputTokensMax), unit: "tokens",
            "what mini may write of each part of a long text that a plan cuts up; unset: the plan's own bound"),
        Setting(
            "serve_from_cache", \.servesFromCache, .boolean,
            "answer questions from the cache and keep answers in it; off: a model answers each"),
        Setting(
            "shadow", \.isShadow, .boolean,
            "shadow mode: decide, record and store as usual, say what would have been served, and serve nothing of it"),
        Setting(
            "experiments", \.experiments, .experiments,
            "variants of some settings that are tried on a part of the traffic each"),
        Setting(
            "jobs", \.jobs, .names,
            "plans with a \"job\" that are done now and then by themselves, beside the requests; unset: none"),
        Setting(
            "rules.words", \.rules.words, .names,
            "an input with one of these words or phrases goes to full, whatever a plan says"),
        Setting("rules.tags", \.rules.tags, .names, "tags of a request that goes to full, whatever a plan says"),
        Setting("rules.scopes", \.rules.scopes, .names, "scopes whose requests go to full, whatever a plan says"),
        Setting(
            "rules.input_tokens_max", \.rules.inputTokensMax, .integer(1...1_000_000_000), unit: "tokens, estimated",
            "a longer input goes to full, whatever a plan says"),
        Setting(
            "rules.subjects", \.rules.subjects, .names,
            "mini says of each input whether it is about one of these, which then goes to full, whatever a plan says"),
        Setting(
            "ledger.enabled", \.ledger.isEnabled, .boolean,
            "keep account of requests and calls, for `refrain report`; off: of calls alone"),
        Setting(
            "ledger.rows_days", \.ledger.rowsDays, .integer(0...3_650), unit: "days",
            "how long rows of single requests and calls are kept; their sums by hour stay"),
        Setting(
            "ledger.labels_days", \.ledger.labelsDays, .integer(0...3_650), unit: "days",
            "how long the values of a label are told apart; then their sums stay"),
        Setting(
            "decision_log.record", \.decisionLog.record,
            .choice(Settings.DecisionRecording.allCases.map(\.rawValue)),
            "keep what is decided, for `refrain tune`: with the `digests` of the questions, with their `texts`, or `none`"
        ),
        Setting(
            "decision_log.days", \.decisionLog.days, .integer(0...3_650), unit: "days",
            "how long decisions are kept"),
        Setting(
            "traces_endpoint", \.tracesEndpoint, .url, defaultNote: "OTEL_EXPORTER_OTLP_ENDPOINT, or unset",
            "base URL of a collector that takes OTLP over HTTP as JSON, at /v1/traces; unset: no trace is recorded"),
        Setting(
            "prices", \.prices, .prices, unit: "USD per million tokens",
            "prices by model name; they add to the built-in ones"),
    ]

    /// By key.
    static let byKey = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })

    /// The objects of the file that hold settings: `mini`.
    static let groups: [String] = all.reduce(into: []) { groups, setting in
        guard let group = setting.group, !groups.contains(group) else { return }
        groups.append(group)
    }

    /// `mini` of `mini.models`.
    var group: String? { key.split(separator: ".").count > 1 ? key.split(separator: ".").first.map(String.init) : nil }

    /// `models` of `mini.models`.
    var name: String { String(key.split(separator: ".").last!) }
}

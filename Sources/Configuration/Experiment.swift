extension Settings {
    /// A trial of some settings on the traffic itself.
    package struct Experiment: Sendable, Equatable {
        /// Who keeps a variant once it is theirs.
        package enum Sticky: Sendable, Equatable {
            case tenant
            /// Whoever sends the same value of this label; requests without it take no part.
            case label(String)

            /// `tenant`, `session`, `label:KEY`.
            package var text: String {
                switch self {
                case .tenant: "tenant"
                case .label("session"): "session"
                case .label(let key): "label:" + key
                }
            }
        }

        /// What tells whether an answer was good.
        package enum Quality: String, Sendable, CaseIterable {
            /// Good or bad.
            case verdict
            /// Whether the task was done with it.
            case succeeded
            /// From 1 to 5, as a share of 4 steps.
            case score
        }

        package struct Variant: Sendable, Equatable {
            package var name: String
            package var weight = 1.0
            /// Values of settings by key.
            var overrides: [String: SettingValue] = [:]

            /// As flags would give them, by key.
            package var texts: [(key: String, text: String)] {
                overrides.sorted { $0.key < $1.key }.map { ($0.key, $0.value.text) }
            }
        }

        package var name: String
        package var sticky = Sticky.label("session")
        /// The share that gets the settings as they are.
        package var holdout = 0.0
        /// Names of scopes; empty: any.
        package var scopes: [String] = []
        package var quality = Quality.verdict
        /// The quality that a variant must surely have.
        package var qualityFloor = 0.8
        package var variants: [Variant] = []

        /// The settings that a variant may change.
        package static let keys = [
            "serve_from_cache", "miss_plan", "confidence_min", "summary_tokens_max", "error_target", "shadow",
        ]
    }

    /// The settings as a variant has them.
    package func with(_ variant: Experiment.Variant) -> Settings {
        var settings = self
        for (key, value) in variant.overrides { Setting.byKey[key]?.write(&settings, value) }
        return settings
    }
}

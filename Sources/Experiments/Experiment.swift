package import Store
import Support

/// A trial of some settings on the traffic itself: who gets which variant, and what is to be found out.
package struct Experiment: Sendable, Equatable {
    /// Who keeps a variant once it is theirs.
    package enum Sticky: Sendable, Equatable {
        case tenant
        /// Whoever sends the same value of this label; requests without it take no part.
        case label(String)
    }

    /// What tells whether an answer was good.
    package enum Quality: String, Sendable, CaseIterable { case verdict, succeeded, score }

    package struct Variant: Sendable, Equatable {
        package let name: String
        /// Of its name: sets its draws apart from the other variants'.
        let key: UInt64
        /// Its share of the traffic is this, divided by the sum of all weights.
        package var weight: Double
        /// The settings that it changes, as flags would give them.
        package var settings: [Setting]

        package struct Setting: Sendable, Equatable {
            package var key: String
            package var value: String

            package init(_ key: String, _ value: String) {
                self.key = key
                self.value = value
            }
        }

        package init(_ name: String, weight: Double = 1, settings: [Setting] = []) {
            self.name = name
            key = Digest(of: name).head
            self.weight = weight
            self.settings = settings
        }
    }

    package var name: String
    package var sticky: Sticky
    /// The share that gets the settings as they are.
    package var holdout: Double
    /// Names of scopes; empty: any.
    package var scopes: Set<String>
    package var quality: Quality
    /// The quality that a variant must surely have.
    package var qualityFloor: Double
    package var variants: [Variant]

    package init(
        _ name: String, sticky: Sticky = .label("session"), holdout: Double = 0, scopes: Set<String> = [],
        quality: Quality = .verdict, qualityFloor: Double = 0.8, variants: [Variant]
    ) {
        self.name = name
        self.sticky = sticky
        self.holdout = holdout
        self.scopes = scopes
        self.quality = quality
        self.qualityFloor = qualityFloor
        self.variants = variants
    }

    /// The name of the part that gets the settings as they are.
    package static let holdoutName = "holdout"

    /// Everything that traffic is split into, the holdout first.
    package var arms: [String] { (holdout > 0 ? [Self.holdoutName] : []) + variants.map(\.name) }

    /// As the ledger names a variant.
    package func id(of arm: String) -> String { name + "/" + arm }

    /// The share of the traffic that an arm has.
    package func share(of arm: String) -> Double {
        if arm == Self.holdoutName { return holdout }
        let sum = variants.reduce(0) { $0 + $1.weight }
        return (1 - holdout) * (variants.first { $0.name == arm }?.weight ?? 0) / sum
    }

    /// Whose requests share one variant; nil: they take no part.
    package func subject(tenant: String, labels: [Label]) -> String? {
        switch sticky {
        case .tenant: tenant
        // A session's number may be another tenant's too.
        case .label(let key): labels.first { $0.key == key }.map { tenant + "\0" + $0.value }
        }
    }
}

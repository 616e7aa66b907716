import Glibc
package import Store
import Support

extension Experiment {
    /// The arm of a request; nil where it takes no part.
    package func arm(tenant: String, scope: String, labels: [Label]) -> String? {
        guard scopes.isEmpty || scopes.contains(scope) else { return nil }
        return subject(tenant: tenant, labels: labels).map(arm)
    }

    /// The arm of a subject: the same on every machine and after every restart, for it follows from the names alone.
    ///
    /// By weighted rendezvous hashing (C. Schindelhauer, G. Schomaker, SPAA 2005): a changed weight or a new variant
    /// moves only those subjects that it has to. One SHA-256 a request; the draws of the arms are mixed from it.
    package func arm(of subject: String) -> String {
        let seed = Digest(of: "\(name)\0\(subject)").head
        // Its own draw, so that the holdout stays who it is when variants change.
        if holdout > 0, draw(Self.holdoutKey, seed) < holdout { return Self.holdoutName }
        // The greatest weight ÷ -ln(draw): as the least of exponentially distributed times with these rates.
        return variants.max { score($0, seed) < score($1, seed) }!.name
    }

    private func score(_ variant: Variant, _ seed: UInt64) -> Double {
        variant.weight / -log(draw(variant.key, seed))
    }

    /// Evenly spread over the numbers between 0 and 1, both excluded.
    private func draw(_ key: UInt64, _ seed: UInt64) -> Double {
        (Double(SplitMix64.mix(seed ^ key) >> 12) + 0.5) * 0x1p-52
    }

    private static let holdoutKey = Digest(of: holdoutName).head
}

extension Digest {
    /// Its first eight bytes, the first one the greatest.
    var head: UInt64 { bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
}

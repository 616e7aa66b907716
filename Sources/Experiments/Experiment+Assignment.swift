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
    /// moves only those subjects that it has to.
    package func arm(of subject: String) -> String {
        // Its own draw, so that the holdout stays who it is when variants change.
        if holdout > 0, draw(Self.holdoutName, subject) < holdout { return Self.holdoutName }
        // The greatest weight ÷ -ln(draw): as the least of exponentially distributed times with these rates.
        return variants.max { left, right in score(left, subject) < score(right, subject) }!.name
    }

    private func score(_ variant: Variant, _ subject: String) -> Double {
        variant.weight / -log(draw(variant.name, subject))
    }

    /// Evenly spread over the numbers between 0 and 1, both excluded.
    private func draw(_ arm: String, _ subject: String) -> Double {
        let digest = Digest(of: "\(name)\0\(arm)\0\(subject)")
        let bits = digest.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 12
        return (Double(bits) + 0.5) * 0x1p-52
    }
}

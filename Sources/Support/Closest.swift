/// The candidate nearest to a mistyped word, for "did you mean".
///
/// - Returns: the candidate with the fewest edits (optimal string alignment distance, transpositions count once), or
///   nil when none is within a third of the word's length (but one edit, if that leaves something of the word). Of
///   several as near, the first.
package func closest(to word: String, among candidates: some Sequence<String>) -> String? {
    let word = Array(word.unicodeScalars)
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
        let distance = editDistance(word, Array(candidate.unicodeScalars))
        if distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    guard let best, best.distance <= max(1, word.count / 3), best.distance < max(1, word.count) else { return nil }
    return best.candidate
}

private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for i in 1...left.count {
        var current = [i] + [Int](repeating: 0, count: right.count)
        for j in 1...right.count {
            let substituted = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
            current[j] = min(last[j] + 1, current[j - 1] + 1, substituted)
            if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                current[j] = min(current[j], beforeLast[j - 2] + 1)
            }
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}

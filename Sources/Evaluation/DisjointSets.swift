/// Sets that are merged two by two: union by size, find with path halving (Tarjan, 1975).
struct DisjointSets {
    private var parents: [Int] = []
    private var sizes: [Int] = []

    var count: Int { parents.count }

    /// Adds an element in a set of its own.
    mutating func add() {
        parents.append(parents.count)
        sizes.append(1)
    }

    /// The element that stands for a set.
    mutating func find(_ element: Int) -> Int {
        var element = element
        while parents[element] != element {
            parents[element] = parents[parents[element]]
            element = parents[element]
        }
        return element
    }

    mutating func merge(_ first: Int, _ second: Int) {
        let (first, second) = (find(first), find(second))
        guard first != second else { return }
        let (small, large) = sizes[first] < sizes[second] ? (first, second) : (second, first)
        parents[small] = large
        sizes[large] += sizes[small]
    }

    /// The set of each element, numbered in the order of their first elements.
    mutating func numbers() -> [Int] {
        var numberOfRoot: [Int: Int] = [:]
        return parents.indices.map { element in
            let root = find(element)
            let number = numberOfRoot[root] ?? numberOfRoot.count
            numberOfRoot[root] = number
            return number
        }
    }
}

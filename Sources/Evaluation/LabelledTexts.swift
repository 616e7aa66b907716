/// Distinct texts and what labels say of them: which ask the same, which do not.
package struct LabelledTexts: Sendable {
    package enum Relation: Sendable, Equatable {
        case same, different
        /// No label joins the two.
        case unknown
    }

    /// Two classes in either order.
    private struct ClassPair: Hashable {
        let low: Int
        let high: Int

        init(_ first: Int, _ second: Int) {
            (low, high) = (min(first, second), max(first, second))
        }
    }

    package let texts: [String]
    /// Of each text, counted from 0 in the order of first appearance. Texts of one class ask the same.
    package let classes: [Int]
    private let differentClasses: Set<ClassPair>
    /// By class: the files of classes it comes from, and whether it is a text that belongs to none of theirs.
    private let isOutsideFile: [Int: [Int: Bool]]

    package var classCount: Int { (classes.max() ?? -1) + 1 }

    /// What the labels say of two texts.
    ///
    /// Texts of one class ask the same, even where a label of the pair itself denies it: labels contradict each other,
    /// and a chain of yeses is as good as a no. A file of classes tells of any two of its classes that they differ; of
    /// two texts that belong to none of them it tells nothing.
    package func relation(_ first: Int, _ second: Int) -> Relation {
        let (first, second) = (classes[first], classes[second])
        if first == second { return .same }
        if differentClasses.contains(ClassPair(first, second)) { return .different }
        guard let files = isOutsideFile[first], let otherFiles = isOutsideFile[second] else { return .unknown }
        let isTold = files.contains { file, isOutside in
            otherFiles[file].map { isOtherOutside in !isOutside || !isOtherOutside } ?? false
        }
        return isTold ? .different : .unknown
    }

    /// Whether files of classes hold the text, and none of them in a class: no stored answer is right for it.
    package func isOutside(_ text: Int) -> Bool {
        isOutsideFile[classes[text]].map { $0.values.allSatisfy(\.self) } ?? false
    }

    /// Gathers labels row by row.
    package struct Builder {
        private var texts: [String] = []
        private var indexOfText: [String: Int] = [:]
        private var sets = DisjointSets()
        private var differentTexts: [(Int, Int)] = []
        private var firstOfClass: [ClassName: Int] = [:]
        private var isOutsideFile: [(text: Int, file: Int, isOutside: Bool)] = []
        private var classified: Set<Place> = []

        private struct ClassName: Hashable {
            let file: Int
            let name: String
        }

        private struct Place: Hashable {
            let file: Int
            let text: Int
        }

        package init() {}

        package mutating func addPair(_ first: String, _ second: String, isSame: Bool) {
            let (first, second) = (index(of: first), index(of: second))
            if isSame { sets.merge(first, second) } else { differentTexts.append((first, second)) }
        }

        /// - Parameters:
        ///   - name: nil for a text that belongs to no class.
        ///   - file: classes of two files have nothing to do with each other, whatever their names.
        ///
        /// A text that comes with a second class in the same file keeps its first.
        package mutating func addClassified(_ text: String, class name: String?, file: Int) {
            let index = index(of: text)
            guard classified.insert(Place(file: file, text: index)).inserted else { return }
            isOutsideFile.append((index, file, name == nil))
            guard let name else { return }
            let key = ClassName(file: file, name: name)
            if let first = firstOfClass[key] { sets.merge(first, index) } else { firstOfClass[key] = index }
        }

        package mutating func build() -> LabelledTexts {
            let classes = sets.numbers()
            var outside: [Int: [Int: Bool]] = [:]
            for row in isOutsideFile {
                // A text outside that a pair joins to one inside is inside.
                let before = outside[classes[row.text]]?[row.file] ?? true
                outside[classes[row.text], default: [:]][row.file] = before && row.isOutside
            }
            let different = differentTexts.map { ClassPair(classes[$0.0], classes[$0.1]) }.filter { $0.low != $0.high }
            return LabelledTexts(
                texts: texts, classes: classes, differentClasses: Set(different), isOutsideFile: outside)
        }

        private mutating func index(of text: String) -> Int {
            if let index = indexOfText[text] { return index }
            let index = texts.count
            indexOfText[text] = index
            texts.append(text)
            sets.add()
            return index
        }
    }
}

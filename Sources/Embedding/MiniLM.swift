import COpenBLAS
import Support

/// all-MiniLM-L6-v2: a BERT encoder whose token vectors' mean, scaled to length 1, is the text's vector.
///
/// The texts of a pass lie one behind the other in one matrix [tokens × hidden], without padding between them; only the
/// attention looks at each text by itself.
struct MiniLM: Sendable {
    enum Shape {
        static let vocabulary = 30_522
        static let hidden = 384
        static let layers = 6
        static let heads = 12
        static let headWidth = hidden / heads
        static let intermediate = 1_536
        static let positions = 512
    }

    private struct Layer: Sendable {
        /// Query, key and value side by side: one product instead of three.
        let queryKeyValue: Linear
        let attentionOutput: Linear
        let attentionNorm: LayerNorm
        let intermediate: Linear
        let output: Linear
        let outputNorm: LayerNorm
    }

    private let file: SafeTensors
    /// Embeddings of the vocabulary, [vocabulary × hidden], read from the file: a text needs few of them.
    private let words: SafeTensors.Tensor
    /// What is added to a word's embedding at each position, [tokensPerTextMax × hidden].
    private let positions: [Float]
    private let embeddingNorm: LayerNorm
    private let layers: [Layer]
    let precision: Precision

    /// - Throws: when the file is not this model's.
    init(_ file: SafeTensors, _ precision: Precision = .float32) throws(EmbeddingError) {
        // The callers' threads are the parallelism; OpenBLAS's own would only compete with them.
        openblas_set_num_threads(1)
        let hidden = Shape.hidden
        var memory = WeightMemory()
        self.file = file
        words = try file.find("embeddings.word_embeddings.weight", shape: [Shape.vocabulary, hidden])
        var positions = try file.floats("embeddings.position_embeddings.weight", shape: [Shape.positions, hidden])
        // Every token of a lone text is of the first type.
        let types = try file.floats("embeddings.token_type_embeddings.weight", shape: [2, hidden])
        for index in positions.indices { positions[index] += types[index % hidden] }
        positions.removeLast((Shape.positions - Limits.tokensPerTextMax) * hidden)
        self.positions = positions
        embeddingNorm = try MiniLM.norm(file, "embeddings.LayerNorm")
        var layers: [Layer] = []
        for index in 0..<Shape.layers {
            layers.append(try MiniLM.layer(file, "encoder.layer.\(index)", precision, &memory))
        }
        self.layers = layers
        self.precision = precision
        // All weights are copies now. Of the file only words are read from here on, and few of them.
        file.release()
    }

    private static func norm(_ file: SafeTensors, _ name: String) throws(EmbeddingError) -> LayerNorm {
        LayerNorm(
            weight: try file.floats("\(name).weight", shape: [Shape.hidden]),
            bias: try file.floats("\(name).bias", shape: [Shape.hidden]))
    }

    private static func layer(
        _ file: SafeTensors, _ name: String, _ precision: Precision, _ memory: inout WeightMemory
    ) throws(EmbeddingError) -> Layer {
        func linear(_ names: [String], inputs: Int, outputs: Int) throws(EmbeddingError) -> Linear {
            var parts: [(weights: [Float], bias: [Float])] = []
            for part in names {
                let weights = try file.floats("\(name).\(part).weight", shape: [outputs, inputs])
                parts.append((weights, try file.floats("\(name).\(part).bias", shape: [outputs])))
            }
            return Linear(parts, inputs: inputs, precision, in: &memory)
        }
        let (hidden, wide) = (Shape.hidden, Shape.intermediate)
        return Layer(
            queryKeyValue: try linear(
                ["attention.self.query", "attention.self.key", "attention.self.value"], inputs: hidden,
                outputs: hidden),
            attentionOutput: try linear(["attention.output.dense"], inputs: hidden, outputs: hidden),
            attentionNorm: try norm(file, "\(name).attention.output.LayerNorm"),
            intermediate: try linear(["intermediate.dense"], inputs: hidden, outputs: wide),
            output: try linear(["output.dense"], inputs: wide, outputs: hidden),
            outputNorm: try norm(file, "\(name).output.LayerNorm"))
    }

    /// One unit vector a text.
    ///
    /// - Parameter texts: token ids; each text has at least one and at most `Limits.tokensPerTextMax`.
    func embed(_ texts: [[Int32]], _ scratch: inout Scratch) -> [[Float]] {
        var vectors: [[Float]] = []
        vectors.reserveCapacity(texts.count)
        var start = 0
        while start < texts.count {
            var end = start
            var tokens = 0
            while end < texts.count, tokens + texts[end].count <= Limits.tokensPerPassMax {
                tokens += texts[end].count
                end += 1
            }
            precondition(end > start, "a text of at most \(Limits.tokensPerTextMax) tokens")
            pass(texts[start..<end], rows: tokens, &scratch)
            vectors += pool(texts[start..<end], scratch)
            start = end
        }
        return vectors
    }

    /// Leaves the token vectors of the texts in the scratch's `hidden`.
    private func pass(_ texts: ArraySlice<[Int32]>, rows: Int, _ scratch: inout Scratch) {
        look(up: texts, rows: rows, &scratch)
        embeddingNorm.apply(to: &scratch.hidden, rows: rows)
        for layer in layers {
            layer.queryKeyValue.apply(to: scratch.hidden, rows: rows, into: &scratch.queryKeyValue, &scratch.halves)
            var row = 0
            for text in texts {
                attend(row..<row + text.count, &scratch)
                row += text.count
            }
            layer.attentionOutput.add(to: &scratch.hidden, from: scratch.context, rows: rows, &scratch.halves)
            layer.attentionNorm.apply(to: &scratch.hidden, rows: rows)

            layer.intermediate.apply(to: scratch.hidden, rows: rows, into: &scratch.intermediate, &scratch.halves)
            scratch.intermediate.withMutableSpan(of: 0..<rows * Shape.intermediate) { VectorMath.gelu(&$0) }
            layer.output.add(to: &scratch.hidden, from: scratch.intermediate, rows: rows, &scratch.halves)
            layer.outputNorm.apply(to: &scratch.hidden, rows: rows)
        }
    }

    /// Fills `hidden` with the words' embeddings at their positions.
    private func look(up texts: ArraySlice<[Int32]>, rows: Int, _ scratch: inout Scratch) {
        let width = Shape.hidden
        file.withFloats(words) { words in
            var row = 0
            for text in texts {
                for (position, id) in text.enumerated() {
                    let word = words.extracting(Int(id) * width..<(Int(id) + 1) * width)
                    let place = positions.span.extracting(position * width..<(position + 1) * width)
                    scratch.hidden.withMutableSpan(of: row * width..<(row + 1) * width) { sum in
                        for index in sum.indices { sum[index] = word[index] + place[index] }
                    }
                    row += 1
                }
            }
        }
    }

    /// Scaled dot-product attention of one text's rows, all heads: fills its rows of `context`.
    private func attend(_ rows: Range<Int>, _ scratch: inout Scratch) {
        let count = rows.count
        let width = Shape.headWidth
        let stride = 3 * Shape.hidden
        let scale = 1 / Float(width).squareRoot()
        for head in 0..<Shape.heads {
            let column = head * width
            unsafe scratch.queryKeyValue.withUnsafeBufferPointer { values in
                let query = unsafe values.baseAddress! + rows.lowerBound * stride + column
                unsafe cblas_sgemm(
                    CblasRowMajor, CblasNoTrans, CblasTrans, blasint(count), blasint(count), blasint(width), scale,
                    query, blasint(stride), query + Shape.hidden, blasint(stride), 0, &scratch.scores, blasint(count))
            }
            for row in 0..<count {
                scratch.scores.withMutableSpan(of: row * count..<(row + 1) * count) { VectorMath.softmax(&$0) }
            }
            unsafe scratch.context.withUnsafeMutableBufferPointer { context in
                unsafe scratch.queryKeyValue.withUnsafeBufferPointer { values in
                    unsafe cblas_sgemm(
                        CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(count), blasint(width), blasint(count), 1,
                        scratch.scores, blasint(count),
                        values.baseAddress! + rows.lowerBound * stride + 2 * Shape.hidden + column, blasint(stride), 0,
                        context.baseAddress! + rows.lowerBound * Shape.hidden + column, blasint(Shape.hidden))
                }
            }
        }
    }

    /// The mean of each text's rows of `hidden`, scaled to length 1.
    private func pool(_ texts: ArraySlice<[Int32]>, _ scratch: borrowing Scratch) -> [[Float]] {
        var row = 0
        return texts.map { text in
            var sum = [Float](repeating: 0, count: Shape.hidden)
            for _ in text {
                unsafe scratch.hidden.withUnsafeBufferPointer { hidden in
                    unsafe cblas_saxpy(
                        blasint(Shape.hidden), 1, hidden.baseAddress! + row * Shape.hidden, 1, &sum, 1)
                }
                row += 1
            }
            let length = unsafe cblas_snrm2(blasint(sum.count), sum, 1)
            unsafe cblas_sscal(blasint(sum.count), 1 / length, &sum, 1)
            return sum
        }
    }
}

extension MiniLM {
    /// One worker's intermediate results, allocated once for the largest pass.
    struct Scratch {
        /// [tokens × hidden]: the token vectors.
        fileprivate var hidden = matrix(Shape.hidden)
        /// [tokens × 3 hidden]: queries, keys, values.
        fileprivate var queryKeyValue = matrix(3 * Shape.hidden)
        /// [tokens × hidden]: what attention gathered.
        fileprivate var context = matrix(Shape.hidden)
        /// [tokens × intermediate].
        fileprivate var intermediate = matrix(Shape.intermediate)
        /// [text's tokens × text's tokens]: one head's attention weights.
        fileprivate var scores = [Float](repeating: 0, count: Limits.tokensPerTextMax * Limits.tokensPerTextMax)
        /// [tokens × intermediate]: a product's input in bfloat16; empty where none is computed in it.
        fileprivate var halves: [UInt16]

        init(_ precision: Precision = .float32) {
            let count = precision == .bfloat16 ? Limits.tokensPerPassMax * Shape.intermediate : 0
            halves = [UInt16](repeating: 0, count: count)
        }

        private static func matrix(_ columns: Int) -> [Float] {
            [Float](repeating: 0, count: Limits.tokensPerPassMax * columns)
        }
    }
}

/// A sparse linear map of one axis: every output is a weighted sum of a few inputs.
///
/// Resizing and adaptive pooling are such maps, and so are their derivatives.
public struct LinearMap: Sendable {
    /// One input and its weight in an output.
    package typealias Term = (source: Int, weight: Float)

    let inputSize: Int
    /// The terms of output `i` are `starts[i] ..< starts[i + 1]` of ``sources`` and ``weights``.
    let starts: [Int]
    let sources: [Int]
    let weights: [Float]

    /// The number of outputs.
    public var outputSize: Int { starts.count - 1 }

    /// - Parameter rows: the terms of every output.
    package init(inputSize: Int, rows: [[Term]]) {
        self.inputSize = inputSize
        let terms = rows.joined()
        sources = terms.map { $0.source }
        weights = terms.map { $0.weight }
        var starts = [0]
        for row in rows { starts.append(starts[starts.count - 1] + row.count) }
        self.starts = starts
    }

    /// The terms of output `index`.
    package func terms(of index: Int) -> [Term] {
        (starts[index]..<starts[index + 1]).map { (sources[$0], weights[$0]) }
    }

    /// The means of ranges of inputs.
    ///
    /// - Parameter divisor: what each sum is divided by; by default the length of its range.
    static func mean(of covered: [Range<Int>], inputSize: Int, divisor: Int? = nil) -> LinearMap {
        LinearMap(
            inputSize: inputSize,
            rows: covered.map { range in
                range.map { (source: $0, weight: 1 / Float(divisor ?? range.count)) }
            })
    }

    /// The adjoint map.
    var transposed: LinearMap {
        var rows = [[Term]](repeating: [], count: inputSize)
        for output in 0..<outputSize {
            for term in terms(of: output) { rows[term.source].append((output, term.weight)) }
        }
        return LinearMap(inputSize: outputSize, rows: rows)
    }
}

extension Tensor {
    /// Applies `map` to `axis`.
    package func weightedRows(_ map: LinearMap, axis: Int) -> Tensor {
        require(
            shape[axis] == map.inputSize,
            "linear map of \(map.inputSize) entries: axis \(axis) of shape \(shape)")
        return .record(
            WeightedRows(map: map, axis: axis), [self],
            backend.resample(self, AxisSplit(shape, axis), map))
    }
}

private struct WeightedRows: Operation {
    let map: LinearMap
    let axis: Int
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().weightedRows(map.transposed, axis: axis)]
    }
}

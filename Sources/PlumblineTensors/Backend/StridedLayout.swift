/// Which values of a tensor make another one, dimension by dimension: transposed, or repeated where
/// a stride is 0.
///
/// Neighbouring dimensions are merged where possible.
package struct StridedLayout: Sendable {
    package struct Dimension: Sendable {
        package var size: Int
        package var stride: Int
    }

    /// The shape of the result.
    package let shape: [Int]
    /// From the outermost to the innermost; at least one.
    package let dimensions: [Dimension]

    /// - Parameter strides: for each axis of `shape`, how far apart neighbours are in the source.
    init(_ shape: [Int], strides: [Int]) {
        self.shape = shape
        var merged: [Dimension] = []
        for (size, stride) in zip(shape, strides).reversed() where size != 1 {
            if let inner = merged.last, stride == inner.stride * inner.size {
                merged[merged.count - 1].size *= size
            } else {
                merged.append(Dimension(size: size, stride: stride))
            }
        }
        dimensions = merged.isEmpty ? [Dimension(size: 1, stride: 1)] : merged.reversed()
    }

    /// The innermost dimension.
    package var inner: Dimension { dimensions.last! }

    /// How often the innermost dimension is walked.
    package var runCount: Int { dimensions.dropLast().reduce(1) { $0 * $1.size } }

    /// Where a walk of the innermost dimension starts in the source.
    package func offset(ofRun run: Int) -> Int {
        var rest = run
        var offset = 0
        for dimension in dimensions.dropLast().reversed() {
            offset += rest % dimension.size * dimension.stride
            rest /= dimension.size
        }
        return offset
    }
}

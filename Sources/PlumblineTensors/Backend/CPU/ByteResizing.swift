import Kernels

/// Resizing of one axis of an image of 8 bits in whole numbers, as Pillow does it.
///
/// Each axis is rounded to whole numbers, so the result is not that of resizing in floating point.
/// The columns come first, then the rows. The filter is always widened when shrinking.
///
/// Pillow 13 takes the rows first for some images, such as tall ones that become a square. Then a
/// value can differ by 1 of 255. Images that keep their aspect ratio, at up to 2 to 1, have the
/// same bits.
///
/// Source: `ImagingResampleHorizontal_8bpc` and `normalize_coeffs_8bpc` of Pillow's Resample.c.
package struct ByteResizing: Sendable {
    private var firsts: [Int32] = []
    /// The weights of output `i` are `starts[i] ..< starts[i + 1]` of ``weights``.
    private var starts: [Int32] = [0]
    /// With 22 bits after the point.
    private var weights: [Int32] = []
    /// The inputs that the outputs depend on.
    package private(set) var sources: Range<Int>

    /// - Parameter outputs: which entries of the resized axis are computed.
    package init(_ filter: ResizingFilter, from input: Int, to output: Int, outputs: Range<Int>) {
        var sources = Int.max..<Int.max
        for index in outputs {
            let (first, weights) = filter.weights(of: index, from: input, to: output)
            firsts.append(Int32(first))
            self.weights += weights.map { Int32($0 * Double(1 << 22) + ($0 < 0 ? -0.5 : 0.5)) }
            starts.append(Int32(self.weights.count))
            let end = first + weights.count
            sources =
                min(
                    sources.lowerBound, first)..<(index == outputs.lowerBound
                ? end : max(sources.upperBound, end))
        }
        self.sources = sources
    }

    /// Resizes one row of pixels of `channels` values.
    package func resizeRow(
        _ row: UnsafePointer<UInt8>, channels: Int, into out: UnsafeMutablePointer<UInt8>
    ) {
        pl_pillow_row(row, out, channels, firsts, starts, weights, firsts.count)
    }

    /// Resizes columns: row `index` of the outputs.
    ///
    /// - Parameters:
    ///   - rows: the first of ``sources``, and the others after it.
    ///   - length: values of a row.
    package func resizeColumns(
        _ index: Int, of rows: UnsafePointer<UInt8>, length: Int,
        into out: UnsafeMutablePointer<UInt8>
    ) {
        let first = Int(firsts[index]) - sources.lowerBound
        weights.withUnsafeBufferPointer { weights in
            pl_pillow_column(
                rows + first * length, length, weights.baseAddress! + Int(starts[index]),
                Int(starts[index + 1] - starts[index]), out, length)
        }
    }
}

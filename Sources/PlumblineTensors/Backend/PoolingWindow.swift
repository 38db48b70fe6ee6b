/// A square window that moves over images `[batch, height, width, channels]`.
package struct PoolingWindow: Sendable {
    package let inputShape: [Int]
    package let outputShape: [Int]
    package let kernel: Int
    package let stride: Int
    package let padding: Int

    init(_ shape: [Int], kernel: Int, stride: Int, padding: Int, operation: String) {
        require(
            shape.count == 4 && shape.product > 0 && kernel > 0 && stride > 0 && padding >= 0
                && padding <= kernel / 2
                && shape[1] + 2 * padding >= kernel && shape[2] + 2 * padding >= kernel,
            "\(operation): window \(kernel), stride \(stride), padding \(padding) "
                + "over shape \(shape)")
        inputShape = shape
        outputShape = [
            shape[0], (shape[1] + 2 * padding - kernel) / stride + 1,
            (shape[2] + 2 * padding - kernel) / stride + 1, shape[3],
        ]
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
    }

    /// The part of an axis of `size` entries that window number `index` covers.
    package func covered(_ index: Int, size: Int) -> Range<Int> {
        let start = index * stride - padding
        return max(0, start)..<min(size, start + kernel)
    }
}

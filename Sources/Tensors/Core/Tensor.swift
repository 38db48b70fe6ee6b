import Kernels

/// A dense float32 array, and, where gradients are wanted, its place in the graph of operations
/// that made it.
///
/// Values are never changed by an operation. Images are `[batch, height, width, channels]`, token
/// sequences `[batch, tokens, features]`. Inside the library a wrong shape is a programming error
/// and stops the program with the operation's name and the shapes; what comes from outside is
/// checked, and thrown, where it is read.
public struct Tensor: @unchecked Sendable {
    public let shape: [Int]
    package private(set) var storage: Storage
    package let node: Node?
    /// Which of its node's outputs this is.
    package let output: Int

    package init(storage: Storage, shape: [Int], node: Node? = nil, output: Int = 0) {
        self.storage = storage
        self.shape = shape
        self.node = node
        self.output = output
    }

    /// - Precondition: `values.count` is the product of `shape`.
    public init(_ values: [Float], shape: [Int]) {
        require(
            values.count == shape.product,
            "Tensor: \(values.count) values do not fill shape \(shape)")
        self = Tensor.computed(shape) { out in
            values.withUnsafeBufferPointer {
                if let base = $0.baseAddress { out.update(from: base, count: values.count) }
            }
        }
    }

    public init(_ value: Float) { self.init([value], shape: []) }

    public static func full(_ shape: [Int], _ value: Float) -> Tensor {
        .computed(shape) { out in
            backend.forRanges(shape.product, grain: Parallel.elementGrain) {
                pl_fill(value, out + $0.lowerBound, $0.count)
            }
        }
    }

    public static func zeros(_ shape: [Int]) -> Tensor { full(shape, 0) }
    public static func ones(_ shape: [Int]) -> Tensor { full(shape, 1) }

    public var count: Int { shape.product }
    public var rank: Int { shape.count }

    /// A copy of the values in row-major order.
    public var values: [Float] {
        withPointers(self) { Array(UnsafeBufferPointer(start: $0[0], count: count)) }
    }

    /// The only value of a tensor that has one.
    public var item: Float {
        require(count == 1, "item: shape \(shape) does not hold exactly one value")
        return withPointers(self) { $0[0][0] }
    }

    /// The same values outside any graph.
    public var detached: Tensor { Tensor(storage: storage, shape: shape) }

    /// The same values as the start of a graph: gradients can be asked with respect to the result.
    public var asVariable: Tensor { Tensor(storage: storage, shape: shape, node: Node()) }

    public var isFinite: Bool {
        withPointers(self) { p in (0..<count).allSatisfy { p[0][$0].isFinite } }
    }

    /// Adds `other`; in place where nobody else can see this buffer and no graph is recorded.
    package mutating func accumulate(_ other: Tensor) {
        guard !Recording.isOn || (node == nil && other.node == nil),
            isKnownUniquelyReferenced(&storage)
        else {
            self = self + other
            return
        }
        require(shape == other.shape, "accumulate: shapes \(shape) and \(other.shape)")
        withPointers(self, other) { p in
            backend.forRanges(count, grain: Parallel.elementGrain) {
                pl_accumulate(1, p[1] + $0.lowerBound, p[0] + $0.lowerBound, $0.count)
            }
        }
    }

    /// A new tensor whose values `fill` writes; it must write all of them.
    package static func computed(_ shape: [Int], _ fill: (UnsafeMutablePointer<Float>) -> Void)
        -> Tensor
    {
        let storage = backend.allocate(shape.product)
        withExtendedLifetime(storage) { fill(storage.pointer) }
        return Tensor(storage: storage, shape: shape)
    }
}

/// Calls `body` with the pointers of `tensors`, which live until it returns.
package func withPointers<Result>(
    _ tensors: Tensor..., body: ([UnsafeMutablePointer<Float>]) throws -> Result
) rethrows -> Result {
    try withExtendedLifetime(tensors) { try body(tensors.map(\.storage.pointer)) }
}

extension [Int] {
    package var product: Int { reduce(1, *) }

    /// `axis` counted from the end where negative.
    package func axis(_ axis: Int, of operation: String) -> Int {
        let positive = axis < 0 ? axis + count : axis
        require(indices.contains(positive), "\(operation): no axis \(axis) in shape \(self)")
        return positive
    }
}

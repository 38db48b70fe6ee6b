/// A dense float32 array.
///
/// Where gradients are needed, it also knows its place in the graph of the operations that made it.
///
/// No operation changes the values of a tensor. Images are `[batch, height, width, channels]`,
/// token sequences are `[batch, tokens, features]`.
///
/// Inside the library a wrong shape is a programming error: it stops the program with the name of
/// the operation and the shapes. What comes from outside is checked where it is read, and an error
/// is thrown.
///
/// A tensor may be handed to another thread, but only the thread that owns the ``Engine`` may
/// compute with it.
public struct Tensor: @unchecked Sendable {
    /// The size of each axis.
    public let shape: [Int]
    private(set) var buffer: Buffer
    /// The node of the graph that this is an output of; `nil` outside any graph.
    package let node: Node?
    /// Which of its node's outputs this is.
    package let output: Int

    init(buffer: Buffer, shape: [Int], node: Node? = nil, output: Int = 0) {
        self.buffer = buffer
        self.shape = shape
        self.node = node
        self.output = output
    }

    /// A tensor of `values` in row-major order.
    ///
    /// - Precondition: `values.count` is the product of `shape`.
    public init(_ values: [Float], shape: [Int]) {
        require(
            values.count == shape.product,
            "Tensor: \(values.count) values do not fill shape \(shape)")
        self = backend.make(shape) { out in
            _ = out.update(fromContentsOf: values)
        }
    }

    /// A single value, of shape `[]`.
    public init(_ value: Float) { self.init([value], shape: []) }

    /// `value` everywhere.
    public static func full(_ shape: [Int], _ value: Float) -> Tensor { backend.full(shape, value) }
    /// 0 everywhere.
    public static func zeros(_ shape: [Int]) -> Tensor { full(shape, 0) }
    /// 1 everywhere.
    public static func ones(_ shape: [Int]) -> Tensor { full(shape, 1) }

    /// A new tensor whose values `fill` writes in host memory; it must write all of them.
    package static func computed(_ shape: [Int], _ fill: (UnsafeMutablePointer<Float>) -> Void)
        -> Tensor
    {
        backend.make(shape) { out in
            if let start = out.baseAddress { fill(start) }
        }
    }

    /// The number of values.
    public var count: Int { shape.product }
    /// The number of axes.
    public var rank: Int { shape.count }

    /// A copy of the values in row-major order.
    public var values: [Float] {
        var result: [Float] = []
        backend.read(self) { result = Array($0) }
        return result
    }

    /// The same values in memory of their own, outside any graph.
    ///
    /// For values that will be changed in place, as by
    /// ``updateByAdamW(_:gradient:firstMoment:secondMoment:)``.
    package var copy: Tensor {
        backend.make(shape) { target in
            backend.read(self) { _ = target.update(fromContentsOf: $0) }
        }
    }

    /// The only value of a tensor that has one.
    public var item: Float {
        require(count == 1, "item: shape \(shape) does not hold exactly one value")
        var result: Float = 0
        backend.read(self) { result = $0[0] }
        return result
    }

    /// Whether no value is NaN or infinite.
    public var isFinite: Bool {
        var result = true
        backend.read(self) { result = $0.allSatisfy(\.isFinite) }
        return result
    }

    /// The square of the Euclidean norm of all values, summed in double.
    package var sumOfSquares: Double { backend.sumOfSquares(self) }

    /// The same values outside any graph.
    public var detached: Tensor { Tensor(buffer: buffer, shape: shape) }

    /// The same values as the start of a graph: gradients can be asked with respect to the result.
    public var asVariable: Tensor { Tensor(buffer: buffer, shape: shape, node: Node()) }

    /// Whether both tensors are views of the same buffer with the same shape.
    ///
    /// It compares no values.
    package func hasSameValues(as other: Tensor) -> Bool {
        buffer === other.buffer && shape == other.shape
    }

    /// Adds `other`, in place where nobody else can see this buffer and no graph is recorded.
    package mutating func accumulate(_ other: Tensor) {
        guard !Recording.isRecording || (node == nil && other.node == nil),
            isKnownUniquelyReferenced(&buffer)
        else {
            self = self + other
            return
        }
        require(shape == other.shape, "accumulate: shapes \(shape) and \(other.shape)")
        backend.accumulate(other, into: self)
    }

    /// One AdamW step of these values and their moments, in place: everybody who holds the same
    /// values sees the change.
    ///
    /// A graph that used them must not be differentiated afterwards.
    package func updateByAdamW(
        _ step: AdamWStep, gradient: Tensor, firstMoment: Tensor, secondMoment: Tensor
    ) {
        require(
            gradient.shape == shape && firstMoment.shape == shape && secondMoment.shape == shape,
            "AdamW: gradient \(gradient.shape), moments \(firstMoment.shape) and "
                + "\(secondMoment.shape) for values of shape \(shape)")
        backend.adamW(step, gradient, self, firstMoment, secondMoment)
    }
}

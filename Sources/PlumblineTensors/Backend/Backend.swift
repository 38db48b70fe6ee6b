/// What operations ask of the machine: verbs on whole tensors.
///
/// Rules for every verb:
/// * It reads the values of its arguments. It ignores their graphs and records nothing.
/// * It returns new tensors outside any graph, unless it says that it writes in place.
/// * The caller has checked the shapes.
/// * The thread that owns the ``Engine`` calls it. The work may be split over other threads inside.
///
/// A new device has to provide the verbs of this protocol's first part. Those of the second part
/// have default implementations that compose them from the first (`BackendDefaults.swift`); a
/// device overrides them where a profile shows that it pays.
///
/// The verb `first` of a fused operation computes its first derivative. The verb `second` computes
/// the derivative of that. Higher orders are composed from other operations.
package protocol Backend: Sendable {
    // MARK: Verbs that a device has to provide

    /// A tensor of `shape` whose values `write` sets in host memory. It must set all of them.
    func make(_ shape: [Int], _ write: (UnsafeMutableBufferPointer<Float>) -> Void) -> Tensor

    /// Shows the values of `x` to `body` in host memory, in row-major order.
    func read(_ x: Tensor, _ body: (UnsafeBufferPointer<Float>) -> Void)

    /// Shows the values of `x` to `body` in host memory; what it changes is changed in `x`.
    func overwrite(_ x: Tensor, _ body: (UnsafeMutableBufferPointer<Float>) -> Void)

    /// `value` everywhere.
    func full(_ shape: [Int], _ value: Float) -> Tensor

    /// A function of each value.
    func unary(_ kind: UnaryKind, _ x: Tensor) -> Tensor

    /// A function of each pair of values of `a` and `b`, broadcast by `plan`.
    func binary(_ kind: BinaryKind, _ a: Tensor, _ b: Tensor, _ plan: BroadcastPlan) -> Tensor

    /// `a` where `condition` is not 0, else `b`. The three have the same shape.
    func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor

    /// `total += x`, in place. The two have the same shape.
    func accumulate(_ x: Tensor, into total: Tensor)

    /// The values of `x` that `layout` names, in the order it names them.
    func strided(_ x: Tensor, _ layout: StridedLayout) -> Tensor

    /// A tensor of `shape` put together from `blocks` of other tensors, with zeros elsewhere.
    func assemble(_ shape: [Int], _ blocks: [Block]) -> Tensor

    /// The entries `indices` of an axis, in that order.
    func gather(_ x: Tensor, _ axis: AxisSplit, _ indices: [Int]) -> Tensor

    /// Zeros with `size` entries in an axis, to which entry `i` of `x` is added at `indices[i]`.
    func scatter(_ x: Tensor, _ axis: AxisSplit, _ indices: [Int], size: Int) -> Tensor

    /// The sum, maximum or minimum over an axis, as `[outer, inner]`. A NaN gives NaN.
    func reduce(_ kind: ReductionKind, _ x: Tensor, _ axis: AxisSplit) -> Tensor

    /// A batch of matrix products, plus `bias` in every row.
    func contract(_ product: Contraction, _ a: Tensor, _ b: Tensor, bias: Tensor?) -> Tensor

    /// One of the three members of the convolution family, plus `bias` in every pixel. Images are
    /// NHWC, weights OHWI. ``ConvolutionMember`` says what `first` and `second` are.
    func convolve(
        _ member: ConvolutionMember, _ geometry: ConvolutionGeometry, _ first: Tensor,
        _ second: Tensor, bias: Tensor?
    ) -> Tensor

    /// The maximum of every window and the number of its pixel within the image, both of the
    /// window's output shape. The first of equal values wins; NaN wins over numbers.
    func maxPool(_ x: Tensor, _ window: PoolingWindow) -> (values: Tensor, pixels: Tensor)

    /// The values of `x` at the `pixels` of ``maxPool(_:_:)``.
    func gatherMaxima(_ x: Tensor, _ pixels: Tensor, _ window: PoolingWindow) -> Tensor

    /// The adjoint: an image of zeros, to which the values of `g` are added at `pixels`.
    func scatterMaxima(_ g: Tensor, _ pixels: Tensor, _ window: PoolingWindow) -> Tensor

    // MARK: Verbs with a default implementation

    /// `upstream` where `reference` is positive, else 0.
    func positiveMask(_ reference: Tensor, _ upstream: Tensor) -> Tensor

    /// `g gelu'(x)`
    func geluFirst(_ x: Tensor, _ g: Tensor) -> Tensor

    /// For the cotangent `u` of ``geluFirst(_:_:)``, what goes towards those of its two arguments
    /// that are needed, by number in `neededInputs`.
    func geluSecond(_ x: Tensor, _ g: Tensor, _ u: Tensor, neededInputs: [Int]) -> [Tensor?]

    /// Softmax over the last axis.
    func softmax(_ x: Tensor) -> Tensor

    /// The logarithm of softmax over the last axis.
    func logSoftmax(_ x: Tensor) -> Tensor

    /// The sum of the squares of all values.
    func sumOfSquares(_ x: Tensor) -> Double

    /// A linear map of one axis.
    func resample(_ x: Tensor, _ axis: AxisSplit, _ map: LinearMap) -> Tensor

    /// The mean of every window.
    func averagePool(_ x: Tensor, _ window: PoolingWindow, countsPadding: Bool) -> Tensor

    /// The adjoint of ``averagePool(_:_:countsPadding:)``.
    func averageSpread(_ g: Tensor, _ window: PoolingWindow, countsPadding: Bool) -> Tensor

    /// The mean and the biased variance of each channel (the last axis).
    func channelMoments(_ x: Tensor) -> (mean: Tensor, variance: Tensor)

    /// `1 / sqrt(variance + epsilon)`
    func inverseDeviation(_ variance: Tensor, epsilon: Float) -> Tensor

    /// Batch normalisation of `x` with given statistics, and the ReLU after it.
    func batchNorm(_ x: Tensor, _ gamma: Tensor, _ beta: Tensor, _ norm: BatchNormalisation)
        -> Tensor

    /// The gradients towards those of (x, gamma, beta) that are needed,
    /// in the order of `neededInputs`.
    func batchNormFirst(
        _ inputs: BatchNormInputs, _ norm: BatchNormalisation, neededInputs: [Int]
    ) -> [Tensor]

    /// For the cotangents of all results of ``batchNormFirst(_:_:neededInputs:)``, what goes
    /// towards those of (x, gamma, beta, g) that are needed.
    func batchNormSecond(
        _ inputs: BatchNormInputs, _ norm: BatchNormalisation, cotangents: BatchNormCotangents,
        neededInputs: [Int]
    ) -> [Tensor?]

    /// Layer normalisation over the last axis.
    func layerNorm(_ x: Tensor, _ gamma: Tensor, _ beta: Tensor, epsilon: Float) -> Tensor

    /// The gradients towards those of (x, gamma, beta) that are needed,
    /// in the order of `neededInputs`.
    func layerNormFirst(
        _ x: Tensor, _ gamma: Tensor, _ g: Tensor, epsilon: Float, neededInputs: [Int]
    ) -> [Tensor]

    /// For the cotangent `u` of the gradient towards x, what goes towards those of (x, gamma, g)
    /// that are needed.
    func layerNormSecond(
        _ x: Tensor, _ gamma: Tensor, _ g: Tensor, _ u: Tensor, epsilon: Float, neededInputs: [Int]
    ) -> [Tensor?]

    /// Attention of packed queries, keys and values.
    func attention(_ qkv: Tensor, _ bias: Tensor?, _ layout: AttentionLayout) -> Tensor

    /// The gradients towards those of (qkv, bias) that are needed. qkv always is.
    func attentionFirst(
        _ qkv: Tensor, _ bias: Tensor?, _ g: Tensor, _ layout: AttentionLayout, neededInputs: [Int]
    ) -> [Tensor?]

    /// For the cotangent `u` of the gradient towards qkv, what goes towards those of (qkv, g, bias)
    /// that are needed.
    func attentionSecond(
        _ qkv: Tensor, _ bias: Tensor?, _ g: Tensor, _ u: Tensor, _ layout: AttentionLayout,
        neededInputs: [Int]
    ) -> [Tensor?]

    /// One AdamW step, in place, of `value` and its moments `first` and `second`.
    func adamW(
        _ step: AdamWStep, _ gradient: Tensor, _ value: Tensor, _ first: Tensor, _ second: Tensor)

    /// Values drawn from `distribution`. Value `i` uses the generator's numbers
    /// `i * distribution.numbersPerValue` and following, on every device.
    func random(_ shape: [Int], _ distribution: Distribution, _ generator: RandomGenerator)
        -> Tensor
}

/// The back end in use.
///
/// Asking for it stops the program on a thread that may not compute: see ``Engine``.
package var backend: any Backend {
    Engine.requireOwnership()
    return Engine.backend
}

/// Runs `body` with every product, convolution and sum accumulated in double: some ten times
/// slower.
///
/// This tells a wrong derivative from an unlucky rounding. A ReLU whose input lies within 1e-7 of
/// zero changes sign with the order of a float32 sum, and one such sign moves the gradient of a
/// small network by a thousandth. Accumulated in double, almost none changes.
public func withPreciseProducts<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = backend
    Engine.backend = ReferenceBackend()
    defer { Engine.backend = before }
    return try body()
}

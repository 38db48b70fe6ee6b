import PlumblineTensors

/// Convolutions whose output is added to the input, or to a projection of it.
struct ResidualBlock {
    enum Kind {
        /// Two convolutions of 3 x 3.
        case basic
        /// Convolutions of 1 x 1, 3 x 3 and 1 x 1; the last has four times the width.
        ///
        /// - `groups`: of the 3 x 3 convolution.
        /// - `groupWidth`: channels of a group in a stage of width 64.
        /// - `poolsShortcut`: whether an average pooling, not a stride, halves the shortcut. The
        ///   last norm then begins at 0, as in timm.
        case bottleneck(groups: Int = 1, groupWidth: Int = 64, poolsShortcut: Bool = false)
    }

    let layers: [(convolution: Convolution, norm: BatchNorm)]
    let projection: (convolution: Convolution, norm: BatchNorm)?
    /// Whether the input of the projection is pooled.
    let poolsShortcut: Bool
    let outputs: Int
    let parameters: [Parameter]

    init(_ scope: ParameterScope, inputs: Int, width: Int, stride: Int, _ kind: Kind) {
        func layer(
            _ number: Int, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1,
            groups: Int = 1, initialScale: Float = 1
        ) -> (Convolution, BatchNorm) {
            let convolution = Convolution(
                scope["conv\(number)"], inputs, outputs, kernel: kernel, stride: stride,
                padding: kernel / 2, groups: groups, fan: .outputs)
            let norm = BatchNorm(scope["bn\(number)"], outputs, initialScale: initialScale)
            return (convolution, norm)
        }
        var isPooled = false
        switch kind {
        case .basic:
            outputs = width
            layers = [
                layer(1, inputs, width, kernel: 3, stride: stride),
                layer(2, width, width, kernel: 3),
            ]
        case .bottleneck(let groups, let groupWidth, let poolsShortcut):
            outputs = 4 * width
            isPooled = poolsShortcut
            let inner = width * groupWidth / 64 * groups
            // As in torchvision, the 3 x 3 convolution has the stride ("ResNet v1.5").
            layers = [
                layer(1, inputs, inner, kernel: 1),
                layer(2, inner, inner, kernel: 3, stride: stride, groups: groups),
                layer(3, inner, outputs, kernel: 1, initialScale: poolsShortcut ? 0 : 1),
            ]
        }
        projection =
            stride != 1 || inputs != outputs
            ? Self.projection(scope["downsample"], inputs, outputs, stride, isPooled: isPooled)
            : nil
        poolsShortcut = isPooled && stride != 1
        parameters = scope.parameters
    }

    private static func projection(
        _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, _ stride: Int, isPooled: Bool
    ) -> (Convolution, BatchNorm) {
        // timm's sequence begins with the pooling.
        let first = isPooled ? 1 : 0
        let convolution = Convolution(
            scope["\(first)"], inputs, outputs, kernel: 1, stride: isPooled ? 1 : stride,
            fan: .outputs)
        return (convolution, BatchNorm(scope["\(first + 1)"], outputs))
    }

    func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
        var x = input
        for (index, layer) in layers.enumerated() {
            x = layer.norm(layer.convolution(x), pass, relu: index < layers.count - 1)
        }
        guard let projection else { return residualSum(input, x).relu() }
        let pooled = poolsShortcut ? Self.halved(input) : input
        let shortcut = projection.norm(projection.convolution(pooled), pass, relu: false)
        return residualSum(shortcut, x).relu()
    }

    /// The means of windows of 2 x 2, and of what is left of a window at an odd edge: PyTorch's
    /// `AvgPool2d(2, 2, ceil_mode=True, count_include_pad=False)`.
    private static func halved(_ input: Tensor) -> Tensor {
        var x = input
        // A row that stands there twice has itself as the mean.
        for axis in 1...2 where x.shape[axis] % 2 != 0 {
            let count = x.shape[axis]
            x = concatenate([x, x.sliced(axis, count - 1..<count)], axis: axis)
        }
        return x.averagePooled(kernel: 2, stride: 2)
    }
}

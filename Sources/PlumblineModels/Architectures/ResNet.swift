import PlumblineTensors

/// Residual network (He et al., arXiv 1512.03385, table 1).
///
/// Parameters are named and initialised as in torchvision.
public final class ResNet: Architecture {
    public let name: String
    public let classCount: Int
    public let configuration: ModelConfiguration
    public let parameters: [Parameter]
    public var hasBatchNorm: Bool { true }
    public var traits: ModelTraits {
        ModelTraits(
            featureLayers: stages.indices.map { "layer\($0 + 1)" },
            pooledClassifier: classifier.weight, isRectified: true,
            headNames: ["fc.weight", "fc.bias"])
    }

    private let stem: Convolution
    private let stemNorm: BatchNorm
    private let stages: [[ResidualBlock]]
    private let classifier: Linear

    /// Defaults of a registered name.
    private struct Preset {
        var layers: [Int]
        var isBottleneck = false
        var width = 64
    }

    private static let presets: [String: Preset] = [
        "resnet18": Preset(layers: [2, 2, 2, 2]),
        "resnet34": Preset(layers: [3, 4, 6, 3]),
        "resnet50": Preset(layers: [3, 4, 6, 3], isBottleneck: true),
        "resnet101": Preset(layers: [3, 4, 23, 3], isBottleneck: true),
        "resnet_mini": Preset(layers: [1, 1, 1], width: 16),
    ]

    public static var names: [String] { Array(presets.keys) }

    public init(
        name: String, classes: Int, configuration: ModelConfiguration, seed: UInt64
    ) throws {
        let preset = try Self.preset(name, Self.presets)
        let reader = try ModelConfiguration.Reader(
            configuration, model: name, keys: ["in_channels"])
        self.name = name
        classCount = classes
        self.configuration = configuration
        let scope = ParameterScope(seed: seed)
        stem = Convolution(
            scope["conv1"], try reader.whole("in_channels", 3), preset.width, kernel: 7, stride: 2,
            padding: 3, fan: .outputs)
        stemNorm = BatchNorm(scope["bn1"], preset.width)
        var channels = preset.width
        stages = preset.layers.enumerated().map { index, count in
            let stage = scope["layer\(index + 1)"]
            let width = preset.width << index
            return (0..<count).map { number in
                let block = ResidualBlock(
                    stage["\(number)"], inputs: channels, width: width,
                    stride: index > 0 && number == 0 ? 2 : 1,
                    isBottleneck: preset.isBottleneck)
                channels = block.outputs
                return block
            }
        }
        classifier = Linear(scope["fc"], channels, classes)
        parameters = try scope.complete(name)
    }

    public func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        var x = stemNorm(stem(image), pass).maxPooled(kernel: 3, stride: 2, padding: 1)
        for (index, stage) in stages.enumerated() {
            for block in stage { x = pass.block(x, block.parameters, block.callAsFunction) }
            x = pass.noted("layer\(index + 1)", x)
        }
        return classifier(pass.noted(pooledFeatures, x).globalAveragePooled())
    }
}

/// Two 3 x 3 convolutions, or 1 x 1, 3 x 3 and 1 x 1 to four times the width, added to the input or
/// to a projection of it.
private struct ResidualBlock {
    let layers: [(convolution: Convolution, norm: BatchNorm)]
    let projection: (convolution: Convolution, norm: BatchNorm)?
    let outputs: Int
    let parameters: [Parameter]

    init(_ scope: ParameterScope, inputs: Int, width: Int, stride: Int, isBottleneck: Bool) {
        let outputs = isBottleneck ? 4 * width : width
        func layer(_ number: Int, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int) -> (
            Convolution, BatchNorm
        ) {
            let convolution = Convolution(
                scope["conv\(number)"], inputs, outputs, kernel: kernel, stride: stride,
                padding: kernel / 2, fan: .outputs)
            return (convolution, BatchNorm(scope["bn\(number)"], outputs))
        }
        // As in torchvision, the 3 x 3 convolution has the stride ("ResNet v1.5").
        layers =
            isBottleneck
            ? [
                layer(1, inputs, width, kernel: 1, stride: 1),
                layer(2, width, width, kernel: 3, stride: stride),
                layer(3, width, outputs, kernel: 1, stride: 1),
            ]
            : [
                layer(1, inputs, width, kernel: 3, stride: stride),
                layer(2, width, width, kernel: 3, stride: 1),
            ]
        let side = scope["downsample"]
        projection =
            stride != 1 || inputs != outputs
            ? (
                Convolution(side["0"], inputs, outputs, kernel: 1, stride: stride, fan: .outputs),
                BatchNorm(side["1"], outputs)
            ) : nil
        self.outputs = outputs
        parameters = scope.parameters
    }

    func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
        var x = input
        for (index, layer) in layers.enumerated() {
            x = layer.norm(layer.convolution(x), pass, relu: index < layers.count - 1)
        }
        let shortcut = projection.map { $0.norm($0.convolution(input), pass, relu: false) } ?? input
        return residualSum(shortcut, x).relu()
    }
}

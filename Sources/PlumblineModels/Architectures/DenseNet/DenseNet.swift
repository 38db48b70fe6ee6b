import PlumblineTensors

/// Densely connected network (Huang et al., arXiv 1608.06993, figure 1 and table 1).
///
/// Parameters are named and initialised as in torchvision.
public final class DenseNet: Architecture {
    public let name: String
    public let classCount: Int
    public let configuration: ModelConfiguration
    public let parameters: [Parameter]
    public var smallestImageSize: Int {
        // The stem leaves a quarter, rounded up, and each transition halves.
        let quarter = 1 << (blocks.count - 1)
        return 4 * quarter - 3
    }
    public var hasBatchNorm: Bool { true }
    public var hasNoise: Bool { dropRate > 0 }
    public var traits: ModelTraits {
        ModelTraits(
            featureLayers: blocks.indices.map { "features.denseblock\($0 + 1)" }
                + ["features.norm5"],
            pooledClassifier: classifier.weight, isRectified: true,
            headNames: ["classifier.weight", "classifier.bias"])
    }

    private let stem: Convolution
    private let stemNorm: BatchNorm
    private let blocks: [DenseBlock]
    private let finalNorm: BatchNorm
    private let classifier: Linear
    private let dropRate: Float

    /// Defaults of a registered name.
    private struct Preset {
        var growthRate = 32
        var blocks: [Int]
        var initialFeatures = 64
        var bottleneck = 4
    }

    private static let presets: [String: Preset] = [
        "densenet121": Preset(blocks: [6, 12, 24, 16]),
        "densenet161": Preset(growthRate: 48, blocks: [6, 12, 36, 24], initialFeatures: 96),
        "densenet169": Preset(blocks: [6, 12, 32, 32]),
        "densenet201": Preset(blocks: [6, 12, 48, 32]),
        "densenet264": Preset(blocks: [6, 12, 64, 48]),
        // The plain constructor of torchvision, to be configured.
        "densenet": Preset(blocks: [6, 12, 24, 16]),
        "densenet_mini": Preset(
            growthRate: 12, blocks: [2, 3, 3], initialFeatures: 24, bottleneck: 2),
    ]

    public static var summary: String {
        "DenseNet (Huang et al. 2017), names of torchvision."
    }
    public static var names: [String] { Array(presets.keys) }

    public init(
        name: String, classes: Int, configuration: ModelConfiguration, seed: UInt64
    ) throws {
        let preset = try Self.preset(name, Self.presets)
        let reader = try ModelConfiguration.Reader(
            configuration, model: name,
            keys: [
                "growth_rate", "block_config", "num_init_features", "bn_size", "drop_rate",
                "in_channels",
            ])
        let growth = try reader.whole("growth_rate", preset.growthRate)
        let sizes = try reader.depths("block_config", preset.blocks)
        let initial = try reader.whole("num_init_features", preset.initialFeatures)
        let bottleneck = try reader.whole("bn_size", preset.bottleneck)
        let inChannels = try reader.whole("in_channels", 3)
        dropRate = try reader.real("drop_rate", 0, in: 0...0.99)
        self.name = name
        classCount = classes
        self.configuration = configuration

        let scope = ParameterScope(seed: seed)
        let features = scope["features"]
        stem = Convolution(features["conv0"], inChannels, initial, kernel: 7, stride: 2, padding: 3)
        stemNorm = BatchNorm(features["norm0"], initial)
        var channels = initial
        var blocks: [DenseBlock] = []
        for (index, count) in sizes.enumerated() {
            blocks.append(
                DenseBlock(
                    features, number: index + 1, inputs: channels, layers: count, growth: growth,
                    bottleneck: bottleneck,
                    hasTransition: index + 1 < sizes.count))
            channels += count * growth
            if index + 1 < sizes.count { channels /= 2 }
        }
        self.blocks = blocks
        finalNorm = BatchNorm(features["norm5"], channels)
        classifier = Linear(scope["classifier"], channels, classes, bias: .constant(0))
        parameters = try scope.complete(name)
    }

    public func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        var x = stemNorm(stem(image), pass).maxPooled(kernel: 3, stride: 2, padding: 1)
        for (index, block) in blocks.enumerated() {
            x = pass.block(x, block.parameters) { [dropRate] in
                block($0, $1, name: "features.denseblock\(index + 1)", dropRate: dropRate)
            }
        }
        let normalised = finalNorm(x, pass, relu: false)
        // torchvision calls this ReLU and the pooling as functions, and rectifies in place. A tool
        // that hooks the norm reads rectified values, and the gradient from before the ReLU.
        let rectified = pass.unhooked { normalised.relu() }
        pass.noted("features.norm5", normalised, values: rectified)
        let pooled = pass.unhooked { pass.noted(pooledFeatures, rectified).globalAveragePooled() }
        return classifier(pooled)
    }
}

/// Layers that each read the outputs of all layers before them, then a transition that halves
/// channels and pixels.
private struct DenseBlock {
    let layers: [DenseLayer]
    let parameters: [Parameter]
    let transition: (norm: BatchNorm, convolution: Convolution)?

    init(
        _ scope: ParameterScope, number: Int, inputs: Int, layers count: Int, growth: Int,
        bottleneck: Int, hasTransition: Bool
    ) {
        let block = scope["denseblock\(number)"]
        layers = (0..<count).map {
            DenseLayer(
                block["denselayer\($0 + 1)"], inputs: inputs + $0 * growth, growth: growth,
                bottleneck: bottleneck)
        }
        let outputs = inputs + count * growth
        let transition = scope["transition\(number)"]
        self.transition =
            hasTransition
            ? (
                BatchNorm(transition["norm"], outputs),
                Convolution(transition["conv"], outputs, outputs / 2, kernel: 1)
            ) : nil
        parameters = block.parameters + transition.parameters
    }

    func callAsFunction(_ input: Tensor, _ pass: Pass, name: String, dropRate: Float) -> Tensor {
        var x = input
        for layer in layers { x = concatenate([x, layer(x, pass, dropRate: dropRate)], axis: 3) }
        x = pass.noted(name, x)
        guard let transition else { return x }
        return transition.convolution(transition.norm(x, pass)).averagePooled(kernel: 2, stride: 2)
    }
}

/// Normalise, rectify, 1 x 1 to the bottleneck; normalise, rectify, 3 x 3 to the growth rate.
private struct DenseLayer {
    let norm1: BatchNorm
    let conv1: Convolution
    let norm2: BatchNorm
    let conv2: Convolution

    init(_ scope: ParameterScope, inputs: Int, growth: Int, bottleneck: Int) {
        norm1 = BatchNorm(scope["norm1"], inputs)
        conv1 = Convolution(scope["conv1"], inputs, bottleneck * growth, kernel: 1)
        norm2 = BatchNorm(scope["norm2"], bottleneck * growth)
        conv2 = Convolution(scope["conv2"], bottleneck * growth, growth, kernel: 3, padding: 1)
    }

    func callAsFunction(_ x: Tensor, _ pass: Pass, dropRate: Float) -> Tensor {
        pass.dropout(conv2(norm2(conv1(norm1(x, pass)), pass)), dropRate)
    }
}

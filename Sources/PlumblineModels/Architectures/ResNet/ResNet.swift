import PlumblineTensors

/// Residual network (He et al., arXiv 1512.03385, table 1), and its variants.
///
/// Parameters are named and initialised as in torchvision; those of "resnet50d" as in timm.
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

    private let stem: ResNetStem
    private let stages: [[ResidualBlock]]
    private let classifier: Linear

    /// Defaults of a registered name.
    private struct Preset {
        var layers: [Int]
        var width = 64
        var stem = ResNetStem.Kind.plain
        var block = ResidualBlock.Kind.basic
    }

    private static let presets: [String: Preset] = [
        "resnet18": Preset(layers: [2, 2, 2, 2]),
        "resnet34": Preset(layers: [3, 4, 6, 3]),
        "resnet50": Preset(layers: [3, 4, 6, 3], block: .bottleneck()),
        "resnet101": Preset(layers: [3, 4, 23, 3], block: .bottleneck()),
        "resnet152": Preset(layers: [3, 8, 36, 3], block: .bottleneck()),
        // Bag of tricks (He et al., arXiv 1812.01187, figure 2), as in timm.
        "resnet50d": Preset(
            layers: [3, 4, 6, 3], stem: .deep, block: .bottleneck(poolsShortcut: true)),
        // ResNeXt (Xie et al., arXiv 1611.05431, table 1).
        "resnext50_32x4d": Preset(
            layers: [3, 4, 6, 3], block: .bottleneck(groups: 32, groupWidth: 4)),
        // Wide residual networks (Zagoruyko & Komodakis, arXiv 1605.07146).
        "wide_resnet50_2": Preset(layers: [3, 4, 6, 3], block: .bottleneck(groupWidth: 128)),
        "resnet_mini": Preset(layers: [1, 1, 1], width: 16),
    ]

    public static var summary: String {
        "Residual network (He et al. 2016) and relatives, names of torchvision and timm."
    }
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
        stem = ResNetStem(
            scope, inputs: try reader.whole("in_channels", 3), outputs: preset.width, preset.stem)
        var channels = preset.width
        stages = preset.layers.enumerated().map { index, count in
            let stage = scope["layer\(index + 1)"]
            let width = preset.width << index
            return (0..<count).map { number in
                let block = ResidualBlock(
                    stage["\(number)"], inputs: channels, width: width,
                    stride: index > 0 && number == 0 ? 2 : 1, preset.block)
                channels = block.outputs
                return block
            }
        }
        classifier = Linear(scope["fc"], channels, classes)
        parameters = try scope.complete(name)
    }

    public func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        var x = stem(image, pass)
        for (index, stage) in stages.enumerated() {
            for block in stage { x = pass.block(x, block.parameters, block.callAsFunction) }
            x = pass.noted("layer\(index + 1)", x)
        }
        return classifier(pass.noted(pooledFeatures, x).globalAveragePooled())
    }
}

import PlumblineTensors

/// VGG (Simonyan & Zisserman, arXiv 1409.1556, table 1), plain or with batch norm.
///
/// Parameters are named and initialised as in torchvision.
public final class VGG: Architecture {
    public let name: String
    public let classCount: Int
    public let configuration: ModelConfiguration
    public let parameters: [Parameter]
    public var smallestImageSize: Int { 1 << stages.count }
    public let hasBatchNorm: Bool
    public var hasNoise: Bool { dropout > 0 }
    public var traits: ModelTraits {
        ModelTraits(
            featureLayers: stages.map(\.poolName), isRectified: true,
            headNames: ["classifier.6.weight", "classifier.6.bias"])
    }

    /// Convolutions, then a pooling that halves the image.
    private struct Stage {
        var layers: [(convolution: Convolution, norm: BatchNorm?)] = []
        var parameters: [Parameter] = []
        var poolName = ""

        func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
            var x = input
            for layer in layers {
                x = layer.norm.map { $0(layer.convolution(x), pass) } ?? layer.convolution(x).relu()
            }
            return x.maxPooled(kernel: 2, stride: 2)
        }
    }
    private let stages: [Stage]
    private let classifier: [Linear]
    private let dropout: Float
    /// Pixels per side of the features that the classifier reads.
    private let side: Int

    /// Defaults of a registered name.
    ///
    /// Each stage ends with a pooling that halves the image.
    private struct Preset {
        var stages: [[Int]]
        var hasBatchNorm = false
        var side = 7
        var hidden = 4096
        var dropout: Float = 0.5
    }

    private static let presets: [String: Preset] = {
        let stages: [String: [[Int]]] = [
            "vgg11": [[64], [128], [256, 256], [512, 512], [512, 512]],
            "vgg13": [[64, 64], [128, 128], [256, 256], [512, 512], [512, 512]],
            "vgg16": [
                [64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512],
            ],
            "vgg19": [
                [64, 64], [128, 128], [256, 256, 256, 256], [512, 512, 512, 512],
                [512, 512, 512, 512],
            ],
        ]
        var presets = [
            "vgg_mini": Preset(stages: [[16], [32], [32, 64]], side: 2, hidden: 64, dropout: 0)
        ]
        for (name, stages) in stages {
            presets[name] = Preset(stages: stages)
            presets[name + "_bn"] = Preset(stages: stages, hasBatchNorm: true)
        }
        return presets
    }()

    public static var summary: String {
        "VGG (Simonyan & Zisserman 2015), names of torchvision."
    }
    public static var names: [String] { Array(presets.keys) }

    public init(
        name: String, classes: Int, configuration: ModelConfiguration, seed: UInt64
    ) throws {
        let preset = try Self.preset(name, Self.presets)
        let reader = try ModelConfiguration.Reader(
            configuration, model: name, keys: ["in_channels", "dropout"])
        self.name = name
        classCount = classes
        self.configuration = configuration
        hasBatchNorm = preset.hasBatchNorm
        side = preset.side
        dropout = try reader.real("dropout", preset.dropout, in: 0...0.99)
        let scope = ParameterScope(seed: seed)
        let features = scope["features"]
        var channels = try reader.whole("in_channels", 3)
        // The number of the module in torchvision's sequence.
        var number = 0
        var stages: [Stage] = []
        for widths in preset.stages {
            var stage = Stage()
            for outputs in widths {
                let convolutionScope = features["\(number)"]
                let normScope = features["\(number + 1)"]
                let convolution = Convolution(
                    convolutionScope, channels, outputs, kernel: 3, padding: 1, fan: .outputs,
                    hasBias: true)
                stage.layers.append(
                    (
                        convolution,
                        preset.hasBatchNorm ? BatchNorm(normScope, outputs) : nil
                    ))
                stage.parameters += convolutionScope.parameters + normScope.parameters
                // torchvision numbers the ReLU too.
                number += preset.hasBatchNorm ? 3 : 2
                channels = outputs
            }
            stage.poolName = "features.\(number)"
            stages.append(stage)
            number += 1
        }
        self.stages = stages
        func linear(_ number: Int, _ inputs: Int, _ outputs: Int) -> Linear {
            Linear(
                scope["classifier"]["\(number)"], inputs, outputs, weight: .normal(deviation: 0.01),
                bias: .constant(0))
        }
        classifier = [
            linear(0, channels * side * side, preset.hidden),
            linear(3, preset.hidden, preset.hidden), linear(6, preset.hidden, classes),
        ]
        parameters = try scope.complete(name)
    }

    public func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        var x = image
        for stage in stages {
            x = pass.noted(stage.poolName, pass.block(x, stage.parameters, stage.callAsFunction))
        }
        x = x.adaptiveAveragePooled(height: side, width: side)
        // PyTorch flattens channels first.
        x = x.transposed([0, 3, 1, 2]).reshaped([x.shape[0], -1])
        for layer in classifier.dropLast() { x = pass.dropout(layer(x).relu(), dropout) }
        return classifier.last!(x)
    }
}

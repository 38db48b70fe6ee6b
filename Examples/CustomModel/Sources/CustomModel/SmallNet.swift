import Plumbline

/// Two convolutions, global average pooling and a linear layer.
final class SmallNet: Architecture {
    static let names = ["smallnet"]

    let name: String
    let classCount: Int
    let configuration: ModelConfiguration
    let parameters: [Parameter]
    let hasBatchNorm = true
    let smallestImageSize = 4

    private let first: Convolution
    private let second: Convolution
    private let norm: BatchNorm
    private let head: Linear

    init(name: String, classes: Int, configuration: ModelConfiguration, seed: UInt64) throws {
        let reader = try ModelConfiguration.Reader(configuration, model: name, keys: ["width"])
        let width = try reader.whole("width", 8, in: 1...512)
        self.name = name
        classCount = classes
        self.configuration = configuration
        let scope = ParameterScope(seed: seed)
        first = Convolution(scope["conv1"], 3, width, kernel: 3, stride: 2, padding: 1)
        second = Convolution(scope["conv2"], width, 2 * width, kernel: 3, padding: 1)
        norm = BatchNorm(scope["norm"], 2 * width)
        head = Linear(scope["fc"], 2 * width, classes)
        parameters = try scope.complete(name)
    }

    /// What class activation maps and weight files need to know.
    var traits: ModelTraits {
        ModelTraits(
            featureLayers: ["norm"], pooledClassifier: head.weight, isRectified: true,
            headNames: ["fc.weight", "fc.bias"])
    }

    /// Its first version called the convolutions otherwise; weights of it can be imported.
    static func weightNaming(of names: Set<String>) -> WeightNaming? {
        guard names.contains("stem.weight") else { return nil }
        return WeightNaming(library: "smallnet 1", modules: ["stem": "conv1", "body": "conv2"])
    }

    func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        let features = pass.noted("norm", norm(second(first(image).relu()), pass)).relu()
        return head(features.globalAveragePooled())
    }
}

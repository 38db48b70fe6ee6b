import PlumblineModels
import PlumblineTensors

/// A small network of ReLUs that computes a known function of the four pixels of a 2 x 2 image.
///
/// The first layer is a convolution over the whole image, the others are linear.
final class HandMadeNetwork: Classifier, @unchecked Sendable {
    /// `[outputs][inputs]` and `[outputs]`.
    struct Layer {
        var weights: [[Float]]
        var bias: [Float]
    }

    let name: String
    let classCount = 1
    let parameters: [Parameter] = []
    let hasBatchNorm = false
    let layers: [Layer]
    /// Whether a convolution that copies the pixels comes first, as the layer of features that
    /// class activation maps read.
    let hasFeatures: Bool

    var traits: ModelTraits {
        ModelTraits(featureLayers: hasFeatures ? ["features"] : [], isRectified: true)
    }

    init(_ name: String, _ layers: [Layer], hasFeatures: Bool = false) {
        self.name = name
        self.layers = layers
        self.hasFeatures = hasFeatures
    }

    /// The sum over hidden units of `output relu(weights x + bias)`, plus a bias.
    convenience init(
        _ name: String, _ units: [(weights: [Float], bias: Float, output: Float)],
        bias: Float = 0
    ) {
        self.init(
            name,
            [
                Layer(
                    weights: units.map {
                        $0.weights + [Float](repeating: 0, count: 4 - $0.weights.count)
                    }, bias: units.map(\.bias)),
                Layer(weights: [units.map(\.output)], bias: [bias]),
            ])
    }

    var withFeatures: HandMadeNetwork { HandMadeNetwork(name, layers, hasFeatures: true) }

    func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        var x = image
        if hasFeatures {
            x = pass.noted("features", x.convolved(Tensor([1], shape: [1, 1, 1, 1])))
        }
        for (index, layer) in layers.enumerated() {
            let bias =
                layer.bias.allSatisfy { $0 == 0 }
                ? nil : Tensor(layer.bias, shape: [layer.bias.count])
            let weights = layer.weights.flatMap { $0 }
            if index == 0 {
                x = x.convolved(
                    Tensor(weights, shape: [layer.weights.count, 2, 2, 1]), bias: bias
                )
                .reshaped([image.shape[0], layer.weights.count])
            } else {
                x = x.linear(
                    Tensor(weights, shape: [layer.weights.count, layer.weights[0].count]), bias)
            }
            if index + 1 < layers.count { x = x.relu() }
        }
        return x
    }

    func value(_ pixels: [Float]) -> Double {
        withoutGradients {
            Double(logits(Tensor(pixels, shape: [1, 2, 2, 1]), .evaluation).values[0])
        }
    }
}

extension HandMadeNetwork {
    /// `2 a - b + 0.5 c`.
    static let linear = HandMadeNetwork(
        "linear", [([2, -1, 0.5], 0, 1), ([-2, 1, -0.5], 0, -1)])
    /// `1 - max(0, 1 - a - b)`: flat where `a + b > 1`.
    static let or = HandMadeNetwork("or", [([-1, -1], 1, -1)], bias: 1)
    /// `max(0, a + b - 1)`.
    static let and = HandMadeNetwork("and", [([1, 1], -1, 1)])
    /// `max(0, a + b) - 2 max(0, a + b - 1)`.
    static let xor = HandMadeNetwork("xor", [([1, 1], 0, 1), ([1, 1], -1, -2)])
    /// `a + b`, where c is added and taken away again.
    static let cancellation = HandMadeNetwork(
        "cancellation", [([1, 0, 5], 0, 1), ([0, 0, 5], 0, -1), ([0, 1], 0, 1)])
    /// `a + b` in the plain way.
    static let sum = HandMadeNetwork("sum", [([1, 1], 0, 1)])
    /// `max(0, a - b)` for positive pixels, where the second layer subtracts.
    static let laterDifference = HandMadeNetwork(
        "difference",
        [
            Layer(weights: [[1, 0, 0, 0], [0, 1, 0, 0]], bias: [0, 0]),
            Layer(weights: [[1, -1]], bias: [0]), Layer(weights: [[1]], bias: [0]),
        ])
    /// `min(a, b)`, for positive a.
    static let interaction = HandMadeNetwork(
        "interaction", [([1], 0, 1), ([1, -1], 0, -1)])
    /// The tent function three times: its slope is 8 or -8.
    static let shattered: HandMadeNetwork = {
        let fold = Layer(weights: [[2, -4], [2, -4]], bias: [0, -0.5])
        return HandMadeNetwork(
            "shattered",
            [
                Layer(weights: [[1, 0, 0, 0], [1, 0, 0, 0]], bias: [0, -0.5]), fold, fold,
                Layer(weights: [[2, -4]], bias: [0]),
            ])
    }()

    /// `first f + second g` of two networks with one hidden layer, beside each other.
    static func combined(
        _ f: HandMadeNetwork, _ first: Float, _ g: HandMadeNetwork, _ second: Float
    ) -> HandMadeNetwork {
        let outputs =
            f.layers[1].weights[0].map { $0 * first } + g.layers[1].weights[0].map { $0 * second }
        return HandMadeNetwork(
            "\(f.name) and \(g.name)",
            [
                Layer(
                    weights: f.layers[0].weights + g.layers[0].weights,
                    bias: f.layers[0].bias + g.layers[0].bias),
                Layer(
                    weights: [outputs],
                    bias: [f.layers[1].bias[0] * first + g.layers[1].bias[0] * second]),
            ])
    }
}

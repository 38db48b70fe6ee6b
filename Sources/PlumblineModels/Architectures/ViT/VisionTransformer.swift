import PlumblineTensors

/// Vision transformer (Dosovitskiy et al., arXiv 2010.11929, figure 1).
///
/// Parameters are named and initialised as in timm.
public final class VisionTransformer: Architecture {
    public let name: String
    public let classCount: Int
    public let configuration: ModelConfiguration
    public let parameters: [Parameter]
    public let imageSize: Int?
    public var hasBatchNorm: Bool { false }
    public var hasNoise: Bool { dropPathRate > 0 }
    public var traits: ModelTraits {
        ModelTraits(
            featureLayers: blocks.indices.map { "blocks.\($0).norm1" }, featureLayout: .tokens,
            attentionKind: .global, headNames: ["head.weight", "head.bias"])
    }

    private let classToken: Parameter
    private let positions: Parameter
    private let embedding: PatchEmbedding
    private let blocks: [TransformerBlock]
    private let norm: LayerNorm
    private let head: Linear
    private let dropPathRate: Float

    /// Defaults of a registered name.
    private struct Preset {
        var size = 224
        var patch = 16
        var features: Int
        var depth = 12
        var heads: Int
    }

    private static let presets: [String: Preset] = [
        "vit_tiny_patch16_224": Preset(features: 192, heads: 3),
        "vit_small_patch16_224": Preset(features: 384, heads: 6),
        "vit_base_patch16_224": Preset(features: 768, heads: 12),
        "vit_large_patch16_224": Preset(features: 1024, depth: 24, heads: 16),
        // DeiT (Touvron et al., arXiv 2012.12877) without its distillation token.
        "deit_tiny_patch16_224": Preset(features: 192, heads: 3),
        "deit_small_patch16_224": Preset(features: 384, heads: 6),
        "deit_base_patch16_224": Preset(features: 768, heads: 12),
        "vit_mini": Preset(size: 64, patch: 8, features: 64, depth: 3, heads: 4),
    ]

    public static var summary: String {
        "Vision transformer (Dosovitskiy et al. 2021; DeiT: Touvron et al. 2021), names of timm."
    }
    public static var names: [String] { Array(presets.keys) }

    public static let aliases = [
        "vit_tiny": "vit_tiny_patch16_224", "vit_small": "vit_small_patch16_224",
        "vit_base": "vit_base_patch16_224", "vit_large": "vit_large_patch16_224",
        "deit_tiny": "deit_tiny_patch16_224", "deit_small": "deit_small_patch16_224",
        "deit_base": "deit_base_patch16_224",
    ]

    public static func settings(of name: String, size: Int, channels: Int) -> [String: Int] {
        ImageTokens.settings(size: size, presetSize: presets[name]?.size, channels: channels)
    }

    public init(
        name: String, classes: Int, configuration: ModelConfiguration, seed: UInt64
    ) throws {
        let preset = try Self.preset(name, Self.presets)
        let reader = try ModelConfiguration.Reader(
            configuration, model: name,
            keys: [
                "img_size", "patch_size", "embed_dim", "depth", "num_heads", "mlp_ratio",
                "in_chans", "drop_path_rate", "norm_eps",
            ])
        let size = try reader.whole("img_size", preset.size)
        let patch = try reader.whole("patch_size", preset.patch)
        let features = try reader.whole("embed_dim", preset.features)
        let depth = try reader.whole("depth", preset.depth, in: 1...1024)
        let heads = try reader.whole("num_heads", preset.heads)
        let ratio = try reader.real("mlp_ratio", 4, in: 0.1...64)
        let inChannels = try reader.whole("in_chans", 3)
        dropPathRate = try reader.real("drop_path_rate", 0, in: 0...0.99)
        let epsilon = try reader.real("norm_eps", 1e-6, in: 1e-14...0.1)
        try ImageTokens.check(name, size: size, patch: patch)
        guard features % heads == 0 else {
            throw ModelError("\(name): embed_dim \(features) is no multiple of num_heads \(heads)")
        }
        self.name = name
        classCount = classes
        self.configuration = configuration
        imageSize = size

        let scope = ParameterScope(seed: seed)
        let tokens = (size / patch) * (size / patch) + 1
        classToken = scope.parameter("cls_token", [1, 1, features], .normal(deviation: 1e-6))
        positions = scope.parameter(
            "pos_embed", [1, tokens, features], .truncatedNormal(deviation: 0.02))
        embedding = PatchEmbedding(
            scope["patch_embed"]["proj"], channels: inChannels, patch: patch, features: features)
        let rates = linearRates(dropPathRate, depth)
        blocks = (0..<depth).map { index in
            TransformerBlock(
                scope["blocks"]["\(index)"], name: "blocks.\(index)", features: features,
                heads: heads,
                hidden: Int(Float(features) * ratio), epsilon: epsilon,
                dropPathRate: rates[index])
        }
        norm = LayerNorm(scope["norm"], features, epsilon: epsilon)
        head = .transformer(scope["head"], features, classes)
        parameters = try scope.complete(name)
    }

    public func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        require(
            image.shape[1] == imageSize && image.shape[2] == imageSize,
            "\(name): image \(image.shape) for size \(imageSize ?? 0)")
        let patches = embedding(image)
        let batch = patches.shape[0]
        let features = patches.shape[3]
        let first = classToken.value.broadcast(to: [batch, 1, features])
        var x =
            concatenate([first, patches.reshaped([batch, -1, features])], axis: 1) + positions.value
        // Only the class token is read at the end. The last block therefore computes only that
        // token after its attention.
        let last = blocks.count - 1
        for (index, block) in blocks.enumerated() {
            x = pass.block(x, block.parameters) { block($0, $1, classTokenOnly: index == last) }
        }
        return head(norm(x.reshaped([batch, features])))
    }
}

/// Attention and a two-layer perceptron.
///
/// Each reads its normalised input, and its output is added to the input.
private struct TransformerBlock {
    let name: String
    let norm1: LayerNorm
    let qkv: Linear
    let projection: Linear
    let norm2: LayerNorm
    let perceptron: Perceptron
    let heads: Int
    let dropPathRate: Float
    let parameters: [Parameter]

    init(
        _ scope: ParameterScope, name: String, features: Int, heads: Int, hidden: Int,
        epsilon: Float, dropPathRate: Float
    ) {
        norm1 = LayerNorm(scope["norm1"], features, epsilon: epsilon)
        qkv = .transformer(scope["attn"]["qkv"], features, 3 * features)
        projection = .transformer(scope["attn"]["proj"], features, features)
        norm2 = LayerNorm(scope["norm2"], features, epsilon: epsilon)
        perceptron = Perceptron(scope["mlp"], features: features, hidden: hidden)
        self.name = name
        self.heads = heads
        self.dropPathRate = dropPathRate
        parameters = scope.parameters
    }

    func callAsFunction(_ input: Tensor, _ pass: Pass, classTokenOnly: Bool) -> Tensor {
        var input = input
        let normalised = pass.noted("\(name).norm1", norm1(input))
        var attended = pass.attention(qkv(normalised), heads: heads)
        if classTokenOnly {
            input = input.sliced(1, 0..<1)
            attended = attended.sliced(1, 0..<1)
        }
        let x = residualSum(input, pass.stochasticDepth(projection(attended), dropPathRate))
        return residualSum(x, pass.stochasticDepth(perceptron(norm2(x)), dropPathRate))
    }
}

import Tensors

/// Vision transformer (Dosovitskiy et al., arXiv 2010.11929, figure 1), named and initialised as timm's.
public final class VisionTransformer: Classifier {
    public let name: String, classCount: Int, configuration: ModelConfiguration
    public let parameters: [Parameter]
    public let imageSize: Int?
    public var hasBatchNorm: Bool { false }
    public var hasNoise: Bool { dropPathRate > 0 }
    public var headNames: Set<String> { ["head.weight", "head.bias"] }

    private let patch: Int
    private let classToken: Parameter, positions: Parameter
    private let projection: (weight: Parameter, bias: Parameter)
    private let blocks: [TransformerBlock]
    private let norm: LayerNorm
    private let head: Linear
    private let dropPathRate: Float

    /// Defaults of a registered name.
    struct Preset {
        var size = 224
        var patch = 16
        var features: Int
        var depth = 12
        var heads: Int
    }

    static let presets: [String: Preset] = [
        "vit_tiny_patch16_224": Preset(features: 192, heads: 3),
        "vit_small_patch16_224": Preset(features: 384, heads: 6),
        "vit_base_patch16_224": Preset(features: 768, heads: 12),
        "vit_mini": Preset(size: 64, patch: 8, features: 64, depth: 3, heads: 4),
    ]

    init(name: String, classes: Int, configuration: ModelConfiguration, preset: Preset, seed: UInt64) throws {
        let reader = try ModelConfiguration.Reader(
            configuration, model: name,
            keys: ["img_size", "patch_size", "embed_dim", "depth", "num_heads", "mlp_ratio", "in_chans", "drop_path_rate"])
        let size = try reader.whole("img_size", preset.size)
        patch = try reader.whole("patch_size", preset.patch)
        let features = try reader.whole("embed_dim", preset.features)
        let depth = try reader.whole("depth", preset.depth, in: 1...1024)
        let heads = try reader.whole("num_heads", preset.heads)
        let ratio = try reader.real("mlp_ratio", 4, in: 0.1...64)
        let inChannels = try reader.whole("in_chans", 3)
        dropPathRate = try reader.real("drop_path_rate", 0, in: 0...0.99)
        guard size % patch == 0 else { throw ModelError("\(name): img_size \(size) is no multiple of patch_size \(patch)") }
        guard features % heads == 0 else { throw ModelError("\(name): embed_dim \(features) is no multiple of num_heads \(heads)") }
        (self.name, classCount, self.configuration, imageSize) = (name, classes, configuration, size)

        let scope = ParameterScope(seed: seed), tokens = (size / patch) * (size / patch) + 1
        classToken = scope.parameter("cls_token", [1, 1, features], .normal(deviation: 1e-6))
        positions = scope.parameter("pos_embed", [1, tokens, features], .truncatedNormal(deviation: 0.02))
        let embedding = scope["patch_embed"]["proj"], fanIn = inChannels * patch * patch
        projection = (
            embedding.parameter("weight", [features, patch, patch, inChannels], .fanInUniform(fanIn: fanIn), layout: .convolution),
            embedding.parameter("bias", [features], .fanInUniform(fanIn: fanIn))
        )
        let rate = dropPathRate
        blocks = (0..<depth).map { index in
            // timm's rule: the rate grows linearly with depth.
            TransformerBlock(
                scope["blocks"]["\(index)"], features: features, heads: heads, hidden: Int(Float(features) * ratio),
                dropPathRate: depth > 1 ? rate * Float(index) / Float(depth - 1) : 0)
        }
        norm = LayerNorm(scope["norm"], features)
        head = Linear(scope["head"], features, classes, weight: .truncatedNormal(deviation: 0.02), bias: .constant(0))
        parameters = scope.registry.all
    }

    public func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        let batch = image.shape[0]
        var x = patches(image)
        let first = classToken.value.broadcast(to: [batch, 1, x.shape[2]])
        x = concatenate([first, x], axis: 1) + positions.value
        // Only the class token is read at the end, so the last block computes no other past its attention.
        for (index, block) in blocks.enumerated() { x = block(x, pass, classTokenOnly: index == blocks.count - 1) }
        return head(norm(x.reshaped([batch, x.shape[2]])))
    }

    /// The patch embedding. Patches do not overlap, so the convolution is a product of rearranged pixels.
    private func patches(_ image: Tensor) -> Tensor {
        let (batch, height, width, channels) = (image.shape[0], image.shape[1], image.shape[2], image.shape[3])
        require(height == imageSize && width == imageSize, "\(name): image \(image.shape) for size \(imageSize ?? 0)")
        let rows = height / patch, columns = width / patch
        let pixels = image.reshaped([batch, rows, patch, columns, patch * channels]).transposed([0, 1, 3, 2, 4])
            .reshaped([batch, rows * columns, patch * patch * channels])
        return pixels.linear(projection.weight.value.reshaped([-1, patch * patch * channels]), projection.bias.value)
    }
}

/// Attention and a two-layer perceptron, each normalised before and added to its input.
private struct TransformerBlock {
    let norm1: LayerNorm, qkv: Linear, projection: Linear, norm2: LayerNorm, fc1: Linear, fc2: Linear
    let heads: Int, dropPathRate: Float

    init(_ scope: ParameterScope, features: Int, heads: Int, hidden: Int, dropPathRate: Float) {
        func linear(_ scope: ParameterScope, _ inputs: Int, _ outputs: Int) -> Linear {
            Linear(scope, inputs, outputs, weight: .truncatedNormal(deviation: 0.02), bias: .constant(0))
        }
        norm1 = LayerNorm(scope["norm1"], features)
        qkv = linear(scope["attn"]["qkv"], features, 3 * features)
        projection = linear(scope["attn"]["proj"], features, features)
        norm2 = LayerNorm(scope["norm2"], features)
        fc1 = linear(scope["mlp"]["fc1"], features, hidden)
        fc2 = linear(scope["mlp"]["fc2"], hidden, features)
        (self.heads, self.dropPathRate) = (heads, dropPathRate)
    }

    func callAsFunction(_ input: Tensor, _ pass: Pass, classTokenOnly: Bool) -> Tensor {
        var input = input, attended = qkv(norm1(input)).attention(heads: heads)
        if classTokenOnly { (input, attended) = (input.sliced(1, 0..<1), attended.sliced(1, 0..<1)) }
        let x = input + dropped(projection(attended), pass)
        return x + dropped(fc2(fc1(norm2(x)).gelu()), pass)
    }

    private func dropped(_ x: Tensor, _ pass: Pass) -> Tensor {
        guard pass.noise != nil else { return x }
        return x.stochasticDepth(dropPathRate, using: &pass.noise!)
    }
}

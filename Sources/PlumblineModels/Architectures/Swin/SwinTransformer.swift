import PlumblineTensors

/// Swin transformer (Liu et al., arXiv 2103.14030, figures 2 to 4).
///
/// Parameters are named and initialised as in timm.
public final class SwinTransformer: Architecture {
    public let name: String
    public let classCount: Int
    public let configuration: ModelConfiguration
    public let parameters: [Parameter]
    public let imageSize: Int?
    public var hasBatchNorm: Bool { false }
    public var hasNoise: Bool { dropPathRate > 0 }
    public var traits: ModelTraits {
        ModelTraits(
            featureLayers: stages.flatMap { $0.blocks.map { "\($0.name).norm1" } },
            pooledClassifier: head.weight, attentionKind: .windows,
            headNames: ["head.fc.weight", "head.fc.bias"])
    }

    private let embedding: PatchEmbedding
    private let embeddingNorm: LayerNorm
    private let stages: [Stage]
    private let norm: LayerNorm
    private let head: Linear
    private let dropPathRate: Float

    private struct Stage {
        let merging: PatchMerging?
        let blocks: [WindowBlock]
    }

    /// Defaults of a registered name.
    private struct Preset {
        var size = 224
        var patch = 4
        var window = 7
        var features = 96
        var depths = [2, 2, 6, 2]
        var heads = [3, 6, 12, 24]
        var dropPathRate: Float = 0.1
    }

    /// Tokens per side.
    ///
    /// The table of pairs of a window's tokens has the fourth power of this many entries.
    private static let largestWindow = 64
    /// The number of values of a mask, 256 MB.
    private static let largestMask = 1 << 26

    private static let presets: [String: Preset] = [
        "swin_tiny_patch4_window7_224": Preset(),
        "swin_small_patch4_window7_224": Preset(depths: [2, 2, 18, 2]),
        "swin_base_patch4_window7_224": Preset(
            features: 128, depths: [2, 2, 18, 2], heads: [4, 8, 16, 32]),
        "swin_mini": Preset(
            size: 64, window: 4, features: 32, depths: [2, 2], heads: [2, 4], dropPathRate: 0),
    ]

    public static var summary: String {
        "Swin transformer (Liu et al. 2021), names of timm."
    }
    public static var names: [String] { Array(presets.keys) }

    public static let aliases = [
        "swin_tiny": "swin_tiny_patch4_window7_224",
        "swin_small": "swin_small_patch4_window7_224",
        "swin_base": "swin_base_patch4_window7_224",
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
                "img_size", "patch_size", "window_size", "embed_dim", "depths", "num_heads",
                "mlp_ratio", "in_chans", "drop_path_rate",
            ])
        let size = try reader.whole("img_size", preset.size)
        let patch = try reader.whole("patch_size", preset.patch)
        let window = try reader.whole("window_size", preset.window)
        let features = try reader.whole("embed_dim", preset.features)
        let depths = try reader.depths("depths", preset.depths)
        let heads = try reader.list("num_heads", preset.heads)
        let ratio = try reader.real("mlp_ratio", 4, in: 0.1...64)
        let inChannels = try reader.whole("in_chans", 3)
        dropPathRate = try reader.real("drop_path_rate", preset.dropPathRate, in: 0...0.99)
        try ImageTokens.check(name, size: size, patch: patch)
        try Self.check(name, WindowGrid(grid: size / patch, window: window), window: window)
        guard depths.count == heads.count else {
            throw ModelError("\(name): \(depths.count) depths and \(heads.count) num_heads")
        }
        for (stage, count) in heads.enumerated() where (features << stage) % count != 0 {
            throw ModelError(
                "\(name): stage \(stage) has \(features << stage) features, "
                    + "no multiple of \(count) heads")
        }
        self.name = name
        classCount = classes
        self.configuration = configuration
        imageSize = size

        let scope = ParameterScope(seed: seed)
        embedding = PatchEmbedding(
            scope["patch_embed"]["proj"], channels: inChannels, patch: patch, features: features)
        embeddingNorm = LayerNorm(scope["patch_embed"]["norm"], features, epsilon: 1e-5)
        let rates = linearRates(dropPathRate, depths.reduce(0, +))
        var grid = size / patch
        var blockCount = 0
        var stages: [Stage] = []
        for (index, depth) in depths.enumerated() {
            let stage = scope["layers"]["\(index)"]
            let width = features << index
            let merging = index > 0 ? PatchMerging(stage["downsample"], features: width / 2) : nil
            if index > 0 { grid = (grid + 1) / 2 }
            let windows = WindowGrid(grid: grid, window: window)
            let blocks = (0..<depth).map { block in
                WindowBlock(
                    stage["blocks"]["\(block)"], name: "layers.\(index).blocks.\(block)",
                    windows: windows, isShifted: block % 2 == 1, features: width,
                    heads: heads[index],
                    hidden: Int(Float(width) * ratio),
                    dropPathRate: rates[blockCount + block])
            }
            stages.append(Stage(merging: merging, blocks: blocks))
            blockCount += depth
        }
        self.stages = stages
        let last = features << (depths.count - 1)
        norm = LayerNorm(scope["norm"], last, epsilon: 1e-5)
        head = .transformer(scope["head"]["fc"], last, classes)
        parameters = try scope.complete(name)
    }

    /// - Parameters:
    ///   - grid: of the first stage, which is the largest.
    ///   - window: the setting.
    /// - Throws: ``ModelError`` if the tables of a window or of the grid are too large.
    private static func check(_ name: String, _ grid: WindowGrid, window: Int) throws {
        guard window <= largestWindow else {
            throw ModelError(
                "\(name): window_size \(window); at most \(largestWindow) is possible")
        }
        guard grid.maskCount <= largestMask else {
            throw ModelError(
                "\(name): window_size \(window) over \(grid.grid) x \(grid.grid) patches "
                    + "needs a mask of \(grid.maskCount) values; "
                    + "at most \(largestMask) are possible")
        }
    }

    public func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        require(
            image.shape[1] == imageSize && image.shape[2] == imageSize,
            "\(name): image \(image.shape) for size \(imageSize ?? 0)")
        var x = embeddingNorm(embedding(image))
        for stage in stages {
            if let merging = stage.merging { x = merging(x) }
            for block in stage.blocks { x = pass.block(x, block.parameters, block.callAsFunction) }
        }
        return head(pass.noted(pooledFeatures, norm(x)).globalAveragePooled())
    }
}

/// Joins two by two neighbours, normalises and projects them: half the pixels per side, twice the
/// features.
private struct PatchMerging {
    let norm: LayerNorm
    let reduction: Linear

    init(_ scope: ParameterScope, features: Int) {
        norm = LayerNorm(scope["norm"], 4 * features, epsilon: 1e-5)
        reduction = .transformer(scope["reduction"], 4 * features, 2 * features, hasBias: false)
    }

    func callAsFunction(_ input: Tensor) -> Tensor {
        let x = input.padded(1, before: 0, after: input.shape[1] % 2).padded(
            2, before: 0, after: input.shape[2] % 2)
        let batch = x.shape[0]
        let rows = x.shape[1] / 2
        let columns = x.shape[2] / 2
        let features = x.shape[3]
        // The order of the four in timm: column first, then row.
        let quads = x.reshaped([batch, rows, 2, columns, 2, features]).transposed([
            0, 1, 3, 4, 2, 5,
        ])
        return reduction(norm(quads.reshaped([batch, rows, columns, 4 * features])))
    }
}

/// Attention within windows, which every other block shifts by half a window, and a perceptron.
private struct WindowBlock {
    let name: String
    let norm1: LayerNorm
    let relativePositions: Parameter
    let qkv: Linear
    let projection: Linear
    let norm2: LayerNorm
    let perceptron: Perceptron
    let windows: WindowGrid
    let shift: Int
    let heads: Int
    let dropPathRate: Float
    let parameters: [Parameter]

    init(
        _ scope: ParameterScope, name: String, windows: WindowGrid, isShifted: Bool,
        features: Int, heads: Int, hidden: Int,
        dropPathRate: Float
    ) {
        self.name = name
        self.windows = windows
        self.heads = heads
        self.dropPathRate = dropPathRate
        shift = isShifted ? windows.shift : 0
        let attention = scope["attn"]
        let side = 2 * windows.window - 1
        norm1 = LayerNorm(scope["norm1"], features, epsilon: 1e-5)
        relativePositions = attention.parameter(
            "relative_position_bias_table", [side * side, heads], .truncatedNormal(deviation: 0.02))
        qkv = .transformer(attention["qkv"], features, 3 * features)
        projection = .transformer(attention["proj"], features, features)
        norm2 = LayerNorm(scope["norm2"], features, epsilon: 1e-5)
        perceptron = Perceptron(scope["mlp"], features: features, hidden: hidden)
        parameters = scope.parameters
    }

    func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
        let x = residualSum(
            input,
            pass.stochasticDepth(
                attended(pass.noted("\(name).norm1", norm1(input)), pass), dropPathRate))
        return residualSum(x, pass.stochasticDepth(perceptron(norm2(x)), dropPathRate))
    }

    private func attended(_ input: Tensor, _ pass: Pass) -> Tensor {
        let batch = input.shape[0]
        let features = input.shape[3]
        let grid = windows.grid
        let window = windows.window
        let padded = windows.padded
        let count = padded / window
        let tokens = window * window
        let x = input.rolled(1, by: -shift).rolled(2, by: -shift)
            .padded(1, before: 0, after: padded - grid).padded(2, before: 0, after: padded - grid)
        let cut = x.reshaped([batch, count, window, count, window * features]).transposed([
            0, 1, 3, 2, 4,
        ])
        .reshaped([batch * count * count, tokens, features])
        let bias = relativePositions.value.gathered(windows.pairs, axis: 0).transposed([1, 0])
            .reshaped([
                heads, tokens, tokens,
            ])
        let attended = projection(
            pass.attention(
                qkv(cut), heads: heads, bias: bias, mask: shift > 0 ? windows.mask : nil))
        return attended.reshaped([batch, count, count, window, window * features]).transposed([
            0, 1, 3, 2, 4,
        ])
        .reshaped([batch, padded, padded, features])
        .sliced(1, 0..<grid).sliced(2, 0..<grid).rolled(1, by: shift).rolled(2, by: shift)
    }
}

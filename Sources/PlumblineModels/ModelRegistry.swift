import PlumblineTensors

/// Every architecture by its torchvision or timm name.
public enum ModelRegistry {
    public static var names: [String] {
        ([
            DenseNet.presets.keys.map { $0 }, ResNet.presets.keys.map { $0 },
            VGG.presets.keys.map { $0 },
        ]
            + [VisionTransformer.presets.keys.map { $0 }, SwinTransformer.presets.keys.map { $0 }])
            .flatMap { $0 }.sorted()
    }

    /// Names that people use for a registered one.
    private static let aliases = [
        "vit_tiny": "vit_tiny_patch16_224", "vit_small": "vit_small_patch16_224",
        "vit_base": "vit_base_patch16_224",
        "vit_large": "vit_large_patch16_224", "swin_tiny": "swin_tiny_patch4_window7_224",
        "swin_small": "swin_small_patch4_window7_224", "swin_base": "swin_base_patch4_window7_224",
    ]

    /// A configuration with the image's size and channels filled in where the architecture depends
    /// on them and nothing is said.
    public static func fitted(
        _ configuration: ModelConfiguration, to name: String, size: Int, channels: Int
    ) -> ModelConfiguration {
        var fitted = configuration
        func fill(_ key: String, _ value: Int) {
            if fitted.values[key] == nil { fitted.values[key] = .number(Double(value)) }
        }
        let name = aliases[name] ?? name
        if let preset = VisionTransformer.presets[name].map(\.size)
            ?? SwinTransformer.presets[name].map(\.size)
        {
            if size != preset { fill("img_size", size) }
            if channels != 3 { fill("in_chans", channels) }
        } else if channels != 3 {
            fill("in_channels", channels)
        }
        return fitted
    }

    /// A model with fresh weights drawn from `seed`.
    /// - Throws: ``ModelError`` for an unknown name or configuration key.
    public static func make(
        _ name: String, classes: Int, configuration: ModelConfiguration = ModelConfiguration(),
        seed: UInt64 = 0
    ) throws -> any Classifier {
        guard (1...100_000).contains(classes) else {
            throw ModelError("\(name): \(classes) classes; 1 to 100000 are possible")
        }
        let name = aliases[name] ?? name
        if let preset = DenseNet.presets[name] {
            return try DenseNet(
                name: name, classes: classes, configuration: configuration, preset: preset,
                seed: seed)
        }
        if let preset = VisionTransformer.presets[name] {
            return try VisionTransformer(
                name: name, classes: classes, configuration: configuration, preset: preset,
                seed: seed)
        }
        if let preset = SwinTransformer.presets[name] {
            return try SwinTransformer(
                name: name, classes: classes, configuration: configuration, preset: preset,
                seed: seed)
        }
        if let preset = ResNet.presets[name] {
            return try ResNet(
                name: name, classes: classes, configuration: configuration, preset: preset,
                seed: seed)
        }
        if let preset = VGG.presets[name] {
            return try VGG(
                name: name, classes: classes, configuration: configuration, preset: preset,
                seed: seed)
        }
        throw ModelError("unknown model \(name); there are \(names.joined(separator: ", "))")
    }
}

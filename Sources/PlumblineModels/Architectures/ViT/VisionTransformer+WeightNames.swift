import PlumblineTensors

extension VisionTransformer {
    public static func weightNaming(of names: Set<String>) -> WeightNaming? {
        func any(_ prefixes: String...) -> Bool {
            names.contains { name in prefixes.contains { name.hasPrefix($0) } }
        }
        if any("vit.", "embeddings.cls_token") { return transformers }
        return any("conv_proj.", "encoder.layers.encoder_layer_") ? torchvision : nil
    }

    /// The positions are resampled to another grid, as timm does it.
    public static func weightAdaptation(
        of parameter: Parameter, from shape: [Int]
    ) -> WeightAdaptation? {
        let target = parameter.torchShape
        guard parameter.name == "pos_embed", shape.count == 3, shape[0] == 1,
            shape[2] == target[2]
        else { return .channels(of: parameter, from: shape) }
        // One token for the class, the others a square.
        guard let from = squareSide(shape[1] - 1), let to = squareSide(target[1] - 1) else {
            return nil
        }
        return WeightAdaptation("\(from) x \(from) positions resampled to \(to) x \(to)") { value in
            let grid = value.sliced(1, 1..<value.shape[1]).reshaped([1, from, from, shape[2]])
            let resampled = grid.resizedBicubic(height: to, width: to)
                .reshaped([1, to * to, shape[2]])
            return concatenate([value.sliced(1, 0..<1), resampled], axis: 1)
        }
    }

    // MARK: torchvision

    /// Query, key and value are joined there as they are here.
    private static var torchvision: WeightNaming {
        WeightNaming(library: "torchvision") { torchvisionName($0).map { .init($0) } }
    }

    private static let torchvisionModules = [
        "conv_proj.": "patch_embed.proj.", "encoder.ln.": "norm.", "heads.head.": "head.",
        "heads.0.": "head.",
    ]

    /// The perceptron had layers 1 and 2 before torchvision 0.12, and is a sequence since.
    private static let torchvisionBlock = [
        "ln_1.": "norm1.", "ln_2.": "norm2.",
        "self_attention.in_proj_": "attn.qkv.", "self_attention.out_proj.": "attn.proj.",
        "mlp.0.": "mlp.fc1.", "mlp.linear_1.": "mlp.fc1.",
        "mlp.3.": "mlp.fc2.", "mlp.linear_2.": "mlp.fc2.",
    ]

    private static func torchvisionName(_ name: String) -> String? {
        if name == "class_token" { return "cls_token" }
        if name == "encoder.pos_embedding" { return "pos_embed" }
        if let renamed = renamed(name, torchvisionModules) { return renamed }
        let blocks = "encoder.layers.encoder_layer_"
        guard name.hasPrefix(blocks) else { return nil }
        let rest = name.dropFirst(blocks.count)
        guard let dot = rest.firstIndex(of: "."), let block = Int(rest[..<dot]) else { return nil }
        return renamed(String(rest[dot...].dropFirst()), torchvisionBlock).map {
            "blocks.\(block).\($0)"
        }
    }

    /// The name with another start; `nil` if it begins with none of `starts`.
    private static func renamed(_ name: String, _ starts: [String: String]) -> String? {
        for (theirs, ours) in starts where name.hasPrefix(theirs) {
            return ours + name.dropFirst(theirs.count)
        }
        return nil
    }

    // MARK: transformers

    /// `ViTForImageClassification`, and `ViTModel` below "vit.".
    ///
    /// `ViTConfig.layer_norm_eps` is 1e-12; timm and torchvision have 1e-6.
    private static var transformers: WeightNaming {
        WeightNaming(library: "transformers", settings: ["norm_eps": 1e-12]) {
            transformersPlace($0)
        }
    }

    private static func transformersPlace(_ name: String) -> WeightNaming.Place? {
        if name.hasPrefix("classifier.") {
            return .init("head." + name.dropFirst("classifier.".count))
        }
        let name = name.hasPrefix("vit.") ? String(name.dropFirst("vit.".count)) : name
        switch name {
        case "embeddings.cls_token": return .init("cls_token")
        case "embeddings.position_embeddings": return .init("pos_embed")
        default: break
        }
        let modules = [
            "embeddings.patch_embeddings.projection.": "patch_embed.proj.", "layernorm.": "norm.",
        ]
        if let renamed = renamed(name, modules) { return .init(renamed) }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        // transformers 5 drops "encoder" in memory, and writes the old names to its own files.
        if parts.count > 2, parts[0] == "layers" {
            return TransformersBlock.place(
                parts[2...], in: "blocks.\(parts[1])", attention: "attention.")
        }
        guard parts.count > 3, parts[0] == "encoder", parts[1] == "layer" else { return nil }
        return TransformersBlock.place(
            parts[3...], in: "blocks.\(parts[2])", attention: "attention.attention.")
    }
}

import PlumblineTensors

extension SwinTransformer {
    public static func weightNaming(of names: Set<String>) -> WeightNaming? {
        func any(_ prefixes: String...) -> Bool {
            names.contains { name in prefixes.contains { name.hasPrefix($0) } }
        }
        if any("swin.", "encoder.layers.0.blocks.") {
            return WeightNaming(library: "transformers") { transformersPlace($0) }
        }
        if any("features.1.0.attn.") {
            return WeightNaming(library: "torchvision") { torchvisionName($0).map { .init($0) } }
        }
        guard any("layers.0.downsample.") else { return nil }
        return WeightNaming(library: "timm before 0.9") { .init(oldName($0)) }
    }

    /// Tables of relative positions are resampled to another window, as timm does it.
    public static func weightAdaptation(
        of parameter: Parameter, from shape: [Int]
    ) -> WeightAdaptation? {
        let target = parameter.torchShape
        guard parameter.name.hasSuffix("relative_position_bias_table"), shape.count == 2,
            shape[1] == target[1]
        else { return .channels(of: parameter, from: shape) }
        // A window of w tokens per side has 2 w - 1 relative positions per side.
        guard let from = squareSide(shape[0]), let to = squareSide(target[0]), from % 2 == 1,
            to % 2 == 1
        else { return nil }
        return WeightAdaptation("window of \((from + 1) / 2) resampled to \((to + 1) / 2)") {
            $0.resampledRelativePositions(from: from, to: to)
        }
    }

    /// Merging stood at the end of a stage; it stands at the start of the next now.
    private static func oldName(_ name: String) -> String {
        var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if parts.count > 2, parts[0] == "layers", parts[2] == "downsample",
            let stage = Int(parts[1]), (0..<16).contains(stage)
        {
            parts[1] = "\(stage + 1)"
        }
        if parts.count == 2, parts[0] == "head" { parts.insert("fc", at: 1) }
        return parts.joined(separator: ".")
    }

    /// Even numbers are the embedding and the mergings, odd ones the stages.
    private static func torchvisionName(_ name: String) -> String? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        // The head is one layer there, and lies below "fc" in timm.
        if parts.count == 2, parts[0] == "head" { return "head.fc.\(parts[1])" }
        guard parts.count > 3, parts[0] == "features", let number = Int(parts[1]), number >= 0
        else { return name }
        let inner = parts[2...].joined(separator: ".")
        if number == 0 {
            switch parts[2] {
            case "0": return "patch_embed.proj.\(parts[3])"
            case "2": return "patch_embed.norm.\(parts[3])"
            default: return nil
            }
        }
        guard number % 2 == 1 else { return "layers.\(number / 2).downsample.\(inner)" }
        let renamed = inner.replacing(".mlp.0.", with: ".mlp.fc1.")
            .replacing(".mlp.3.", with: ".mlp.fc2.")
        return "layers.\(number / 2).blocks.\(renamed)"
    }

    /// Merging stands at the end of a stage there, and at the start of the next here.
    private static func transformersPlace(_ name: String) -> WeightNaming.Place? {
        // A table that follows from the configuration.
        guard !name.hasSuffix("relative_position_index") else { return nil }
        if name.hasPrefix("classifier.") {
            return .init("head.fc." + name.dropFirst("classifier.".count))
        }
        let name = name.hasPrefix("swin.") ? String(name.dropFirst("swin.".count)) : name
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if name.hasPrefix("embeddings.patch_embeddings.projection.") {
            return .init("patch_embed.proj.\(parts[parts.count - 1])")
        }
        if name.hasPrefix("embeddings.norm.") {
            return .init("patch_embed.norm.\(parts[parts.count - 1])")
        }
        if parts.count == 2, parts[0] == "layernorm" { return .init("norm.\(parts[1])") }
        guard parts.count > 4, parts[0] == "encoder", parts[1] == "layers",
            let stage = Int(parts[2]), (0..<16).contains(stage)
        else { return nil }
        if parts[3] == "downsample" {
            let inner = parts[4...].joined(separator: ".")
            return .init("layers.\(stage + 1).downsample.\(inner)")
        }
        guard parts[3] == "blocks", parts.count > 5 else { return nil }
        return TransformersBlock.place(
            parts[5...], in: "layers.\(stage).blocks.\(parts[4])", attention: "attention.self.")
    }
}

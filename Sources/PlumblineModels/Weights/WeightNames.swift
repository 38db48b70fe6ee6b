/// Weights of other libraries under torchvision's and timm's names.
public enum WeightNames {
    /// Where each of our names comes from: one source name, or several to be joined along the first
    /// axis.
    ///
    /// - Parameter names: names without what wrappers put before them.
    package static func translated(_ names: some Collection<String>) -> [String: [String]] {
        var found: [String: [String]] = [:]
        let family = Family(names)
        // In order, so that of two names for one place the same is taken every time.
        for source in names.sorted() {
            guard let (target, part) = target(source, family) else { continue }
            if let part {
                var parts = found[target] ?? ["", "", ""]
                parts[part] = source
                found[target] = parts
            } else if found[target] == nil {
                found[target] = [source]
            }
        }
        // A query without its key and value is no projection.
        return found.filter { !$0.value.contains("") }
    }

    /// The epsilon of layer norm of models with these names, where it is not timm's.
    ///
    /// `transformers` builds a ViT with 1e-12 (`ViTConfig.layer_norm_eps`), timm and torchvision
    /// with 1e-6. The three agree on Swin.
    static func normEpsilon(_ names: some Collection<String>) -> Double? {
        if case .huggingFaceViT = Family(names) { return 1e-12 }
        return nil
    }

    /// Whose names they are.
    private enum Family {
        case own, huggingFaceViT, huggingFaceSwin, torchvisionViT
        case numbered(NumberedNames.Kind)
        /// timm's Swin before 0.9.
        case oldSwin

        init(_ names: some Collection<String>) {
            func any(_ prefixes: String...) -> Bool {
                names.contains { name in prefixes.contains { name.hasPrefix($0) } }
            }
            if any("vit.", "embeddings.cls_token") {
                self = .huggingFaceViT
            } else if any("conv_proj.", "encoder.layers.encoder_layer_") {
                self = .torchvisionViT
            } else if any("swin.", "encoder.layers.0.blocks.") {
                self = .huggingFaceSwin
            } else if let kind = NumberedNames.Kind(names) {
                self = .numbered(kind)
            } else {
                self = any("layers.0.downsample.") ? .oldSwin : .own
            }
        }
    }

    /// Our name, and which of query, key and value this is where they are joined; `nil` for what is
    /// no weight.
    private static func target(_ name: String, _ family: Family) -> (name: String, part: Int?)? {
        guard name.utf8.count <= 256 else { return nil }
        var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        // What torch.compile, FSDP and activation checkpointing put into names.
        parts.removeAll {
            ["_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"].contains($0)
        }
        guard !parts.isEmpty else { return nil }
        // Counters and tables that follow from the configuration.
        if ["num_batches_tracked", "relative_position_index", "attn_mask"].contains(parts.last) {
            return nil
        }
        if parts.contains("pooler") { return nil }
        switch family {
        case .huggingFaceViT:
            if parts[0] == "classifier" { return ("head.\(parts.last!)", nil) }
            return visionTransformer(parts[0] == "vit" ? Array(parts.dropFirst()) : parts)
        case .huggingFaceSwin:
            if parts[0] == "classifier" { return ("head.fc.\(parts.last!)", nil) }
            return swin(parts[0] == "swin" ? Array(parts.dropFirst()) : parts)
        case .torchvisionViT: return torchvisionTransformer(parts).map { ($0, nil) }
        case .numbered(let kind): return NumberedNames.translated(parts, kind).map { ($0, nil) }
        case .own, .oldSwin: break
        }
        if name.hasPrefix("class_layers.out.") { return ("classifier." + parts.last!, nil) }
        if parts.contains(where: { $0.hasPrefix("denselayer") }) {
            // MONAI has a module "layers" within each layer; torchvision before 0.3 wrote norm.1
            // for norm1.
            parts.removeAll { $0 == "layers" }
            if parts.count >= 3, let last = parts.dropLast().last, ["1", "2"].contains(last),
                ["norm", "conv"].contains(parts[parts.count - 3])
            {
                parts[parts.count - 3] += last
                parts.remove(at: parts.count - 2)
            }
            return (parts.joined(separator: "."), nil)
        }
        if case .oldSwin = family {
            if parts[0] == "layers", parts.count > 2, parts[2] == "downsample",
                let stage = Int(parts[1])
            {
                parts[1] = "\(stage + 1)"
            }
            if parts[0] == "head", parts.count == 2 { parts.insert("fc", at: 1) }
        }
        return (parts.joined(separator: "."), nil)
    }

    /// torchvision's ViT.
    ///
    /// Query, key and value are joined there as they are here.
    private static func torchvisionTransformer(_ parts: [String]) -> String? {
        let name = parts.joined(separator: ".")
        let field = parts[parts.count - 1]
        switch name {
        case "class_token": return "cls_token"
        case "encoder.pos_embedding": return "pos_embed"
        default: break
        }
        switch parts.dropLast().joined(separator: ".") {
        case "conv_proj": return "patch_embed.proj.\(field)"
        case "encoder.ln": return "norm.\(field)"
        case "heads.head", "heads.0": return "head.\(field)"
        default: break
        }
        guard parts.count > 3, parts[0] == "encoder", parts[1] == "layers",
            parts[2].hasPrefix("encoder_layer_"),
            let block = Int(parts[2].dropFirst("encoder_layer_".count))
        else { return nil }
        // MLPBlock was a Linear 1 and 2 before torchvision 0.12, then a Sequential.
        let places = [
            "ln_1.": "norm1.", "ln_2.": "norm2.",
            "self_attention.in_proj_": "attn.qkv.", "self_attention.out_proj.": "attn.proj.",
            "mlp.0.": "mlp.fc1.", "mlp.linear_1.": "mlp.fc1.",
            "mlp.3.": "mlp.fc2.", "mlp.linear_2.": "mlp.fc2.",
        ]
        let inner = parts[3...].joined(separator: ".")
        for (theirs, ours) in places where inner.hasPrefix(theirs) {
            return "blocks.\(block).\(ours)\(inner.dropFirst(theirs.count))"
        }
        return nil
    }

    /// The ViT of `transformers`, whose names begin with `vit`.
    private static func visionTransformer(_ parts: [String]) -> (String, Int?)? {
        let name = parts.joined(separator: ".")
        let field = parts.last!
        switch name {
        case "embeddings.cls_token": return ("cls_token", nil)
        case "embeddings.position_embeddings": return ("pos_embed", nil)
        default: break
        }
        if name.hasPrefix("embeddings.patch_embeddings.projection.") {
            return ("patch_embed.proj.\(field)", nil)
        }
        if parts[0] == "layernorm" { return ("norm.\(field)", nil) }
        // transformers 5 drops "encoder" in memory, and writes the old names to its own files.
        if parts.count > 2, parts[0] == "layers" {
            return block("blocks.\(parts[1])", Array(parts[2...]), attention: "attention.")
        }
        guard parts.count > 3, parts[0] == "encoder", parts[1] == "layer" else { return nil }
        return block("blocks.\(parts[2])", Array(parts[3...]), attention: "attention.attention.")
    }

    /// `transformers`' Swin, below "swin."; its merging stands at the end of a stage, timm's at the
    /// start of the next.
    private static func swin(_ parts: [String]) -> (String, Int?)? {
        let name = parts.joined(separator: ".")
        let field = parts.last!
        if name.hasPrefix("embeddings.patch_embeddings.projection.") {
            return ("patch_embed.proj.\(field)", nil)
        }
        if name.hasPrefix("embeddings.norm.") { return ("patch_embed.norm.\(field)", nil) }
        if parts[0] == "layernorm" { return ("norm.\(field)", nil) }
        guard parts.count > 4, parts[0] == "encoder", parts[1] == "layers",
            let stage = Int(parts[2])
        else { return nil }
        if parts[3] == "downsample" {
            return ("layers.\(stage + 1).downsample.\(parts[4...].joined(separator: "."))", nil)
        }
        guard parts[3] == "blocks", parts.count > 5 else { return nil }
        return block(
            "layers.\(stage).blocks.\(parts[4])", Array(parts[5...]), attention: "attention.self.")
    }

    private static func block(_ prefix: String, _ parts: [String], attention: String) -> (
        String, Int?
    )? {
        let name = parts.joined(separator: ".")
        let field = parts.last!
        // transformers 5 has names of its own for the same layers.
        for (index, kind) in ["query", "key", "value"].enumerated()
        where name == "\(attention)\(kind).\(field)"
            || name == "attention.\(kind.prefix(1))_proj.\(field)"
        {
            return ("\(prefix).attn.qkv.\(field)", index)
        }
        switch name.dropLast(field.count + (name == field ? 0 : 1)) {
        case "attention.output.dense", "attention.o_proj":
            return ("\(prefix).attn.proj.\(field)", nil)
        case "intermediate.dense", "mlp.fc1": return ("\(prefix).mlp.fc1.\(field)", nil)
        case "output.dense", "mlp.fc2": return ("\(prefix).mlp.fc2.\(field)", nil)
        case "layernorm_before": return ("\(prefix).norm1.\(field)", nil)
        case "layernorm_after": return ("\(prefix).norm2.\(field)", nil)
        default: break
        }
        if field == "relative_position_bias_table" {
            return ("\(prefix).attn.relative_position_bias_table", nil)
        }
        return nil
    }
}

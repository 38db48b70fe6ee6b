/// The weights of a block of attention and perceptron under the names of `transformers`.
///
/// Its ViT and its Swin share them.
enum TransformersBlock {
    /// - Parameters:
    ///   - parts: of the name, below the block.
    ///   - block: our path of the block.
    ///   - attention: the path of query, key and value before transformers 5.
    static func place(
        _ parts: ArraySlice<String>, in block: String, attention: String
    ) -> WeightNaming.Place? {
        guard let field = parts.last else { return nil }
        let module = parts.dropLast().joined(separator: ".")
        // transformers 5 has names of its own for the same layers.
        for (part, kind) in ["query", "key", "value"].enumerated()
        where module == "\(attention)\(kind)" || module == "attention.\(kind.prefix(1))_proj" {
            return .init("\(block).attn.qkv.\(field)", part: part, of: 3)
        }
        if let renamed = modules[module] { return .init("\(block).\(renamed).\(field)") }
        return field == "relative_position_bias_table" ? .init("\(block).attn.\(field)") : nil
    }

    private static let modules = [
        "attention.output.dense": "attn.proj", "attention.o_proj": "attn.proj",
        "intermediate.dense": "mlp.fc1", "mlp.fc1": "mlp.fc1",
        "output.dense": "mlp.fc2", "mlp.fc2": "mlp.fc2",
        "layernorm_before": "norm1", "layernorm_after": "norm2",
    ]
}

/// Finds a model's last layer in a file where it has another name than in the model.
struct HeadNames {
    /// What scripts call the last layer.
    private static let usual = [
        "classifier", "fc", "head", "head.fc", "heads.head", "heads", "last_linear", "linear",
        "out", "output", "predictions", "logits", "cls_head",
    ]
    /// Layers of a sequence that are looked at: a dropout may stand before the last one.
    private static let numbers = 0..<8

    /// For each parameter of the head its name in the file; empty where there is no single layer
    /// that fits.
    let sources: [String: [String]]
    /// The layer, where the model calls it otherwise.
    let renamed: String?

    /// - Parameters:
    ///   - heads: the parameters of the last layer.
    ///   - shapes: of the file's tensors.
    ///   - scopes: prefixes under which it may lie: that of the model's names, and those around it.
    init(_ heads: [WeightMatch.Place], in shapes: [String: [Int]], scopes: [String]) {
        guard let first = heads.first, let dot = first.name.lastIndex(of: ".") else {
            (sources, renamed) = ([:], nil)
            return
        }
        let own = String(first.name[..<dot])
        func source(_ head: WeightMatch.Place, below layer: String) -> String {
            layer + head.name.dropFirst(own.count)
        }
        // Every parameter must be there in its shape.
        func fits(_ layer: String) -> Bool {
            heads.allSatisfy { head in
                head.name.hasPrefix(own) && shapes[source(head, below: layer)] == head.shape
            }
        }
        func numbered(_ layer: String) -> [String] {
            [layer] + Self.numbers.map { "\(layer).\($0)" }
        }
        let others = Self.usual.filter { $0 != own }
        for scope in scopes {
            for names in [[own], others] {
                let found = names.flatMap { numbered(scope + $0) }.filter(fits)
                guard found.count == 1 else { continue }
                let layer = found[0]
                let pairs = heads.map { ($0.name, [source($0, below: layer)]) }
                sources = Dictionary(pairs) { first, _ in first }
                renamed = names == [own] ? nil : layer
                return
            }
        }
        (sources, renamed) = ([:], nil)
    }
}

/// Finds the last layer of a model in a file in which it has another name.
struct HeadNames {
    /// Names that training scripts give to the last layer.
    private static let usualNames = [
        "classifier", "fc", "head", "head.fc", "heads.head", "heads", "last_linear", "linear",
        "out", "output", "predictions", "logits", "cls_head",
    ]
    /// The positions in a sequence that are tried.
    ///
    /// A dropout may stand before the last layer.
    private static let positions = 0..<8

    /// For each parameter of the head its name in the file; empty if no layer fits, or several do.
    let sources: [String: [String]]
    /// The layer in the file, if the model has another name for it.
    let renamed: String?

    /// - Parameters:
    ///   - heads: the parameters of the last layer.
    ///   - shapes: of the file's tensors.
    ///   - scopes: prefixes to try: the one of the model's names, and those of the modules around
    ///     it.
    init(_ heads: [WeightMatch.Place], in shapes: [String: [Int]], scopes: [String]) {
        guard let first = heads.first, let dot = first.name.lastIndex(of: ".") else {
            (sources, renamed) = ([:], nil)
            return
        }
        let ownName = String(first.name[..<dot])
        func source(_ head: WeightMatch.Place, below layer: String) -> String {
            layer + head.name.dropFirst(ownName.count)
        }
        // Every parameter must be there in its shape.
        func fits(_ layer: String) -> Bool {
            heads.allSatisfy { head in
                head.name.hasPrefix(ownName) && shapes[source(head, below: layer)] == head.shape
            }
        }
        func withPositions(_ layer: String) -> [String] {
            [layer] + Self.positions.map { "\(layer).\($0)" }
        }
        let otherNames = Self.usualNames.filter { $0 != ownName }
        for scope in scopes {
            for names in [[ownName], otherNames] {
                let fitting = names.flatMap { withPositions(scope + $0) }.filter(fits)
                guard fitting.count == 1 else { continue }
                let layer = fitting[0]
                let pairs = heads.map { ($0.name, [source($0, below: layer)]) }
                sources = Dictionary(pairs) { first, _ in first }
                renamed = names == [ownName] ? nil : layer
                return
            }
        }
        (sources, renamed) = ([:], nil)
    }
}

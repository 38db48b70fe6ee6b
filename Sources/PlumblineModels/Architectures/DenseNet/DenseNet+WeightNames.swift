extension DenseNet {
    public static func weightNaming(of names: Set<String>) -> WeightNaming? {
        if names.contains(where: { $0.hasPrefix("4.denselayer1.") }) { return numbered(names) }
        if names.contains(where: { $0.hasPrefix("class_layers.") || $0.contains(".layers.") }) {
            return monai
        }
        return names.contains { $0.contains(".norm.1.") } ? oldTorchvision : nil
    }

    /// `nn.Sequential(*densenet.features.children())`.
    private static func numbered(_ names: Set<String>) -> WeightNaming {
        let last = NumberedNames.lastStage(names) { $0.hasPrefix("denselayer") } ?? 4
        // Convolution, norm, ReLU, pooling, then blocks and transitions in turn, and a norm.
        let stem: [String?] = ["features.conv0", "features.norm0", nil, nil]
        let stages = (4...max(4, last)).map { number in
            "features.\(number % 2 == 0 ? "denseblock" : "transition")\((number - 4) / 2 + 1)"
        }
        return NumberedNames.naming(children: stem + stages + ["features.norm5"], head: nil)
    }

    /// Each layer has a module "layers" there.
    private static var monai: WeightNaming {
        WeightNaming(library: "MONAI") { name in
            let head = "class_layers.out."
            if name.hasPrefix(head) { return .init("classifier." + name.dropFirst(head.count)) }
            return .init(name.replacing(".layers.", with: "."))
        }
    }

    /// torchvision before 0.3 wrote "norm.1" for "norm1".
    private static var oldTorchvision: WeightNaming {
        WeightNaming(library: "torchvision before 0.3") { name in
            guard name.contains(".denselayer") else { return .init(name) }
            var renamed = name
            for layer in ["norm", "conv"] {
                for number in 1...2 {
                    renamed = renamed.replacing(".\(layer).\(number).", with: ".\(layer)\(number).")
                }
            }
            return .init(renamed)
        }
    }
}

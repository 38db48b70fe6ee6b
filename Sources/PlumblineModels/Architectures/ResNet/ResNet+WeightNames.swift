extension ResNet {
    /// `nn.Sequential(*resnet.children())`, the layout of RadImageNet's ResNet-50.
    public static func weightNaming(of names: Set<String>) -> WeightNaming? {
        guard names.contains(where: { $0.hasPrefix("4.0.conv1.") }),
            let last = NumberedNames.lastStage(names, where: { $0.contains(".") })
        else { return nil }
        // Convolution, norm, ReLU, pooling, the stages.
        let stem: [String?] = ["conv1", "bn1", nil, nil]
        return NumberedNames.naming(
            children: stem + (4...max(4, last)).map { "layer\($0 - 3)" }, head: "fc")
    }
}

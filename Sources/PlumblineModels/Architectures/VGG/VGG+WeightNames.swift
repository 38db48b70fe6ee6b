import PlumblineTensors

extension VGG {
    /// timm's VGG, whose first linear layers are convolutions.
    public static func weightNaming(of names: Set<String>) -> WeightNaming? {
        guard names.contains("pre_logits.fc1.weight") else { return nil }
        return WeightNaming(
            library: "timm",
            modules: [
                "pre_logits.fc1": "classifier.0", "pre_logits.fc2": "classifier.3",
                "head.fc": "classifier.6",
            ])
    }

    public static func weightAdaptation(
        of parameter: Parameter, from shape: [Int]
    ) -> WeightAdaptation? {
        let target = parameter.torchShape
        guard parameter.name.hasPrefix("classifier."), target.count == 2, shape.count == 4,
            shape[0] == target[0], shape[2] <= target[1], shape[3] <= target[1],
            shape[1] <= target[1], shape[1] * shape[2] * shape[3] == target[1]
        else { return .channels(of: parameter, from: shape) }
        return WeightAdaptation("a convolution of \(shape[2]) x \(shape[3]) pixels made linear") {
            $0.reshaped(target)
        }
    }
}

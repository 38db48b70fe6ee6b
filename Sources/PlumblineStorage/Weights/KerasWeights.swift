import PlumblineTensors

/// A DenseNet of Keras in HDF5, as RadImageNet distributes it.
///
/// Names of `keras.applications` become those of torchvision. Kernels
/// `[height, width, inputs, outputs]` become `[outputs, inputs, height, width]`.
enum KerasWeights {
    /// The epsilon of batch norm is 1.001e-5 in Keras and 1e-5 in torchvision.
    ///
    /// The difference is added to the variance, which gives the same outputs.
    private static let epsilonDifference: Float = 1.001e-5 - 1e-5

    static func open(_ file: HDF5File) throws -> WeightFile {
        var entries: [String: (dataset: String, shape: [Int], kind: String)] = [:]
        var isDenseNet = false
        for dataset in try file.datasets(in: "/") {
            let parts: [String] = dataset.split(separator: "/").map { String($0) }.filter {
                $0 != "model_weights"
            }
            guard parts.count >= 2,
                let kind = parts[parts.count - 1].split(separator: ":").first.map({ String($0) }),
                kinds.contains(kind)
            else { continue }
            var layer: [String] = parts.dropLast()
            // Keras writes the name of a layer twice.
            let half = layer.count / 2
            if layer.count % 2 == 0, layer[..<half].elementsEqual(layer[half...]) {
                layer = Array(layer[..<half])
            }
            // A layer that no DenseNet has keeps its name. The report lists it as without a place.
            let known = name(layer.joined(separator: "/"), kind)
            let name = known ?? dataset
            isDenseNet = isDenseNet || known != nil
            let shape = try file.shape(of: dataset)
            guard kind == "kernel" else {
                entries[name] = (dataset, shape, kind)
                continue
            }
            entries[name] = (
                dataset,
                shape.count == 4 ? [shape[3], shape[2], shape[0], shape[1]] : shape.reversed(), kind
            )
        }
        guard isDenseNet else {
            throw StorageError(
                file.path,
                "has neither a group weights (Plumbline) nor layers of a DenseNet of Keras")
        }
        return WeightFile(path: file.path, format: .keras, shapes: entries.mapValues(\.shape)) {
            name in
            guard let entry = entries[name] else {
                throw StorageError(file.path, "no tensor \(name)")
            }
            let value = try file.tensor(entry.dataset)
            switch entry.kind {
            case "kernel":
                return value.rank == 4
                    ? value.transposed([3, 2, 0, 1])
                    : value.transposed(Array((0..<value.rank).reversed()))
            case "moving_variance": return value + epsilonDifference
            default: return value
            }
        }
    }

    private static let kinds: Set = [
        "kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance",
    ]

    private static func name(_ layer: String, _ kind: String) -> String? {
        let field = [
            "kernel": "weight", "bias": "bias", "gamma": "weight", "beta": "bias",
            "moving_mean": "running_mean", "moving_variance": "running_var",
        ][kind]!
        func full(_ prefix: String) -> String { "\(prefix).\(field)" }
        switch layer {
        case "conv1/conv", "conv1_conv": return full("features.conv0")
        case "conv1/bn", "conv1_bn": return full("features.norm0")
        case "bn": return full("features.norm5")
        case "predictions", "dense", "fc", "head": return full("classifier")
        default: break
        }
        let parts = layer.split(separator: "_")
        if parts.count == 2, parts[0].hasPrefix("pool"), let stage = Int(parts[0].dropFirst(4)),
            ["bn", "conv"].contains(parts[1])
        {
            return full("features.transition\(stage - 1).\(parts[1] == "bn" ? "norm" : "conv")")
        }
        if parts.count == 4, parts[0].hasPrefix("conv"), let stage = Int(parts[0].dropFirst(4)),
            parts[1].hasPrefix("block"), let block = Int(parts[1].dropFirst(5))
        {
            let inner = ["0_bn": "norm1", "1_conv": "conv1", "1_bn": "norm2", "2_conv": "conv2"][
                "\(parts[2])_\(parts[3])"]
            return inner.map { full("features.denseblock\(stage - 1).denselayer\(block).\($0)") }
        }
        return nil
    }
}

import PlumblineTensors

/// Reference values from PyTorch: a model, its input, and the expected results.
///
/// `Tools/oracle/make_parity.py` writes such files.
public struct ParityFile {
    public let path: String
    public let model: String
    public let classCount: Int
    public let modelConfiguration: String
    /// Whether batch norm uses the statistics of the batch.
    public let usesBatchStatistics: Bool
    public let explanation: String
    public let steps: Int
    public let lambda: Float
    public let scenario: String
    public let outputSeed: String
    /// `[n, 3, height, width]`, as stored.
    public let image: Tensor
    public let targets: [Int]
    public let labels: [Float]
    /// The masks of the images, `[n, height, width]`.
    public let mask: Tensor
    /// The noise that the reference drew, `[steps, n, 3, height, width]`.
    public let noise: Tensor?
    /// The coefficients that the reference drew, `[steps, n]`.
    public let coefficients: Tensor?
    private let file: HDF5File

    /// - Throws: ``StorageError`` that names the attribute or dataset that is missing or wrong.
    public init(_ path: String) throws {
        file = try HDF5File.open(path)
        self.path = path
        model = try file.text("model")
        classCount = try file.integer("num_classes")
        modelConfiguration =
            try file.hasAttribute("model_config") ? try file.text("model_config") : "{}"
        let batchNorm = try file.text("batch_norm")
        guard ["eval", "train"].contains(batchNorm) else {
            throw StorageError(path, "batch_norm is \(batchNorm), not eval or train")
        }
        usesBatchStatistics = batchNorm == "train"
        explanation = try file.text("explanation")
        steps = try file.hasAttribute("steps") ? try file.integer("steps") : 20
        guard (1...100_000).contains(steps), (1...100_000).contains(classCount) else {
            throw StorageError(
                path, "num_classes \(classCount) and steps \(steps) must be positive")
        }
        lambda = Float(try file.number("lambda"))
        scenario = try file.text("scenario")
        outputSeed = try file.hasAttribute("output_seed") ? try file.text("output_seed") : "default"
        image = try file.tensor("input/image")
        guard image.rank == 4, image.count > 0 else {
            throw StorageError(path, "input/image must have shape [n, 3, h, w], not \(image.shape)")
        }
        let n = image.shape[0]
        let classes = classCount
        targets = try file.integers("input/target")
        guard targets.count == n, targets.allSatisfy((0..<classes).contains) else {
            throw StorageError(path, "input/target must hold \(n) classes below \(classes)")
        }
        labels = try file.tensor("input/label", expected: [n]).values
        mask = try file.tensor("input/mask", expected: [n, image.shape[2], image.shape[3]])
        let inputs = try file.datasets(in: "input")
        noise =
            inputs.contains("noise")
            ? try file.tensor("input/noise", expected: [steps] + image.shape) : nil
        coefficients =
            inputs.contains("coefficients")
            ? try file.tensor("input/coefficients", expected: [steps, n]) : nil
    }

    public func weightNames() throws -> [String] { try file.datasets(in: "weights") }
    public func weight(_ name: String, shape: [Int]) throws -> Tensor {
        try file.tensor("weights/\(name)", expected: shape)
    }
    public func explanationNames() throws -> [String] {
        try file.datasets(in: "expected/explanation")
    }
    /// The number of channels of an expected explanation: that of the image, or 1.
    public func explanationChannels(_ name: String) throws -> Int {
        let shape = try file.shape(of: "expected/explanation/\(name)")
        guard shape.count == 4 else {
            throw StorageError(
                path,
                "expected/explanation/\(name) must have shape [n, channels, h, w], not \(shape)")
        }
        return shape[1]
    }
    /// A setting of the methods, such as `feature_layer` or `lrp_batch_norm`.
    public func setting(_ name: String) throws -> String? {
        try file.hasAttribute(name) ? try file.text(name) : nil
    }
    public func gradientNames() throws -> [String] { try file.datasets(in: "expected/gradient") }

    /// An expected value, with the error of PyTorch's own float32 result.
    public func expected(_ name: String, shape: [Int]) throws -> (
        value: Tensor, float32Error: Double
    ) {
        let path = "expected/\(name)"
        return (try file.tensor(path, expected: shape), try float32Error(of: path))
    }

    /// PyTorch's float32 error of all gradients as one vector.
    public func gradientError() throws -> Double { try float32Error(of: "expected/gradient") }

    private func float32Error(of object: String) throws -> Double {
        try file.hasAttribute("float32_error", of: object)
            ? try file.number("float32_error", of: object) : 0
    }
}

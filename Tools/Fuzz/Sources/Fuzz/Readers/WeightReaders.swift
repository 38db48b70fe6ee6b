import PlumblineExperiments
import PlumblineStorage

extension Reader {
    static let weightReaders = [
        Reader(
            name: "safetensors", format: SafeTensorsFormat(), crafted: Crafted.safeTensors,
            start: startWeights),
        Reader(name: "torch", format: ZipFormat(), crafted: Crafted.torch, start: startWeights),
        Reader(name: "keras", format: HDF5Format(), start: startWeights),
        Reader(name: "h5any", format: HDF5Format(), start: startWeights),
    ]

    /// Weights of any format: every tensor, and the import into a model.
    @Sendable private static func startWeights() throws -> Read {
        let model = try TinyModel.denseNet()
        return { input in
            let path = try input.file()
            let file = try WeightFile.open(path)
            // The program reads a tensor only where its model wants that shape.
            for (name, shape) in file.shapes where isModest(shape) {
                let tensor = try file.tensor(name)
                guard tensor.shape == shape else {
                    throw Wrong(problem: "\(name) is \(tensor.shape), announced as \(shape)")
                }
            }
            _ = try WeightImport.load(path, into: model)
        }
    }

    private static func isModest(_ shape: [Int]) -> Bool {
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product <= 1 << 20 else { return false }
            count = product
        }
        return true
    }
}

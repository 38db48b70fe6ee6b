/// What an HDF5 file holds, for a reader at a terminal.
public struct FileSummary {
    public let lines: [String]

    /// - Throws: ``StorageError`` where the file is no HDF5 file.
    public init(_ path: String) throws {
        let file = try HDF5File.open(path)
        var lines = [path]
        if file.exists("weights"), file.hasAttribute("format_version") {
            let checkpoint = try Checkpoint.read(path)
            let count = checkpoint.weights.values.reduce(0) { $0 + $1.count }
            lines += [
                "checkpoint of \(checkpoint.model) \(checkpoint.modelConfiguration), \(count) values",
                "classes: \(checkpoint.classes.joined(separator: ", "))",
                "step \(checkpoint.step), epoch \(checkpoint.epoch), seed \(checkpoint.seed), optimiser \(checkpoint.optimiser == nil ? "not kept" : "kept")",
            ]
            lines += checkpoint.metrics.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        } else if file.exists("images"), file.exists("runs") {
            let results = try Results.read(path)
            lines.append("results: \(results.runs.count) runs, \(results.images.count) rows")
            lines += results.runs.map {
                "  \($0.run): \($0.images) images, \($0.positives) positive"
            }
        } else if file.exists("expected") {
            let parity = try ParityFile(path)
            lines.append(
                "parity file of \(parity.model) \(parity.modelConfiguration): \(parity.explanation), \(parity.scenario), input \(parity.image.shape)"
            )
        } else {
            lines.append("HDF5")
        }
        for name in file.datasets(in: "/").prefix(40) {
            let shape = try file.shape(of: name)
            lines.append("  /\(name)  \(shape)")
        }
        let total = file.datasets(in: "/").count
        if total > 40 { lines.append("  ... and \(total - 40) more") }
        self.lines = lines
    }
}

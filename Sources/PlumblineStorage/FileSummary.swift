/// Describes what a file holds, as lines of text.
public struct FileSummary {
    public let lines: [String]

    /// - Throws: ``StorageError`` if Plumbline cannot read the file.
    public init(_ path: String) throws {
        let contents = HDF5File.isHDF5(path) ? try Self.hdf5(path) : try Self.weights(path)
        lines = ([path] + contents).map(\.printable)
    }

    private static func weights(_ path: String) throws -> [String] {
        let file = try WeightFile.open(path)
        let names = file.shapes.keys.sorted()
        let count = file.shapes.values.reduce(0) { $0 + $1.reduce(1, *) }
        return ["\(file.format.rawValue): \(names.count) tensors, \(count) values"]
            + listed(names.map { "  \($0)  \(file.shapes[$0] ?? [])" })
    }

    private static func hdf5(_ path: String) throws -> [String] {
        let file = try HDF5File.open(path)
        let names = try file.datasets(in: "/")
        var lines: [String] = []
        if try file.exists("weights"), try file.hasAttribute("format_version") {
            lines += try checkpoint(path, file)
        } else if try file.exists("images"), try file.exists("runs") {
            let results = try Results.read(path)
            lines.append("results: \(results.runs.count) runs, \(results.images.count) rows")
            lines += results.runs.map {
                "  \($0.run): \($0.images) images, \($0.positives) positive"
            }
        } else if try file.exists("expected") {
            let parity = try ParityFile(path)
            lines.append(
                "parity file of \(parity.model) \(parity.modelConfiguration): "
                    + "\(parity.explanation), \(parity.scenario), input \(parity.image.shape)")
        } else {
            lines.append("HDF5")
        }
        return lines
            + listed(
                try names.prefix(most + 1).map { "  /\($0)  \(try file.shape(of: $0))" },
                of: names.count)
    }

    private static func checkpoint(_ path: String, _ file: HDF5File) throws -> [String] {
        let checkpoint = try Checkpoint.facts(file, path)
        let count = try file.datasets(in: "weights").reduce(0) {
            $0 + (try file.shape(of: "weights/\($1)").reduce(1, *))
        }
        let moments = try file.exists("optimizer/first_moments") ? "kept" : "not kept"
        let origin = ["version", "program", "instruction set", "threads"].compactMap { name in
            checkpoint.identity[name].map { "\(name) \($0)" }
        }
        return [
            "checkpoint of \(checkpoint.model) \(checkpoint.modelConfiguration), \(count) values",
            "classes: \(checkpoint.classes.joined(separator: ", "))",
            (checkpoint.stage.isEmpty ? "" : "stage \(checkpoint.stage), ")
                + "step \(checkpoint.step), epoch \(checkpoint.epoch), seed \(checkpoint.seed), "
                + "optimiser \(moments)",
        ] + (origin.isEmpty ? [] : ["made by plumbline " + origin.joined(separator: ", ")])
            + checkpoint.metrics.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    }

    private static let most = 40

    private static func listed(_ lines: [String], of total: Int? = nil) -> [String] {
        let total = total ?? lines.count
        return Array(lines.prefix(most)) + (total > most ? ["  ... and \(total - most) more"] : [])
    }
}

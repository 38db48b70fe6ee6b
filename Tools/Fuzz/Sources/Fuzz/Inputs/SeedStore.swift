import Foundation

/// Where seeds are: files that are kept with the harness, files of the project, and files that the
/// program itself writes, which are made once and then read by every worker.
struct SeedStore {
    /// The project's folder.
    let root: String
    /// Where the harness writes.
    let output: String

    /// Where seeds of the program's own making are.
    private var made: String { output + "/seeds" }

    /// For a worker's command line.
    var arguments: [String] { ["--root", root, "--output", output] }

    func seeds(of reader: Reader) throws -> [Seed] {
        let folders = ["\(root)/Tools/Fuzz/Seeds/\(reader.name)", "\(made)/\(reader.name)"]
        var paths = folders.flatMap { folder in Files.names(in: folder).map { "\(folder)/\($0)" } }
        paths += (Self.ofTheProject[reader.name] ?? []).map { "\(root)/\($0)" }
        let seeds = try paths.map { path in
            Seed((path as NSString).lastPathComponent, try Files.read(path), reader.format)
        }
        guard !seeds.isEmpty else { throw Failure("no seeds of \(reader.name) in \(folders[0])") }
        return seeds
    }

    /// Files that the project keeps for other ends.
    private static let ofTheProject = [
        "yaml": [
            "configs/demo.yaml", "configs/paper_densenet201.yaml", "configs/paper_vit_base.yaml",
            "configs/radiographs.yaml",
        ],
        "composite": ["configs/lrp_conserving.yaml"],
        "torch": [
            "Tests/PlumblineStorageTests/Weights/small.pt",
            "Tests/PlumblineStorageTests/Weights/nested.pt",
        ],
    ]

    /// Writes the seeds of the program's own making.
    func make() throws {
        Files.remove(made)
        for maker in SeedMaker.all {
            let folder = "\(made)/\(maker.reader)"
            try Files.makeFolder(folder)
            let path = "\(folder)/\(maker.name)"
            try maker.write(path)
            guard maker.name.hasSuffix(".h5") else { continue }
            try Files.write(HDF5Format.withoutTimes(try Files.read(path)), to: path)
        }
    }
}

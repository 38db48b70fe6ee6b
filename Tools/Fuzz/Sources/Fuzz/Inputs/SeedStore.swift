import Foundation

/// The seeds: files of the harness, files of the project, and files that the program writes.
///
/// The last ones are made once, and every worker reads them.
struct SeedStore {
    /// The project's folder.
    let root: String
    /// The folder that the harness writes to.
    let output: String

    /// The folder of the seeds that the program writes.
    private var made: String { output + "/seeds" }

    /// The arguments for the command line of a worker.
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

    /// Files that the project has for other purposes.
    private static let ofTheProject = [
        "yaml": [
            "configs/demo.yaml", "configs/paper_densenet201.yaml", "configs/paper_vit_base.yaml",
            "configs/radiographs.yaml",
        ],
        "pascal_part": [
            "Tests/PlumblineDataTests/Fixtures/seed_v6.mat",
            "Tests/PlumblineDataTests/Fixtures/seed_v7.mat",
        ],
        "composite": ["configs/lrp_conserving.yaml"],
        "torch": [
            "Tests/PlumblineStorageTests/Weights/small.pt",
            "Tests/PlumblineStorageTests/Weights/nested.pt",
        ],
        "npy": ["b1", "big_endian", "f2", "f4", "f8", "fortran", "i8", "u1"].map {
            "Tests/PlumblineStorageTests/Arrays/\($0).npy"
        },
        "npz": ["packed", "stored"].map { "Tests/PlumblineStorageTests/Arrays/\($0).npz" },
    ]

    /// Lets the program write its seeds.
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

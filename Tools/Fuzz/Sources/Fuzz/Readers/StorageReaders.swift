import PlumblineData
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

extension Reader {
    static let storageReaders = [
        Reader(name: "checkpoint", format: HDF5Format(), start: startCheckpoint),
        Reader(name: "results", format: HDF5Format(), start: { readResults }),
        Reader(name: "parity", format: HDF5Format(), start: { readParity }),
    ]

    /// Runs `info`, and `explain` with one image.
    @Sendable private static func startCheckpoint() throws -> Read {
        var image: String?
        return { input in
            if image == nil {
                image = input.folder + "/image.png"
                try RasterImage(height: 20, width: 20, channels: 1, filledWith: 0.5).write(image!)
            }
            let path = try input.file()
            _ = try FileSummary(path)
            let explaining = try Explaining(
                checkpoint: path, className: TinyModel.classes[0], methods: ["gradient"])
            try explaining.explain(try NamedImage.images(image!), reportsProgress: false) { _ in }
        }
    }

    /// Runs `info` and `report`.
    private static func readResults(_ input: Input) throws {
        let path = try input.file()
        _ = try FileSummary(path)
        _ = GapReport(try Results.read(path)).text
    }

    /// Runs `info` and `parity`.
    private static func readParity(_ input: Input) throws {
        let path = try input.file()
        _ = try FileSummary(path)
        _ = try Parity.check(path)
    }
}

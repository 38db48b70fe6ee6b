import PlumblineData
import PlumblineMetrics
import PlumblineReports
import PlumblineStorage
import PlumblineTensors

/// Writes the page of some results files.
public struct ViewedResults {
    public let viewer: Viewer
    let maps: [ResultsMaps]
    let data: ViewedData?
    /// The longer side of the large pictures in pixels; 0 for the images' own resolution.
    public var longestSide = 0

    /// - Parameters:
    ///   - paths: results files.
    ///   - data: the configuration that names the images; `nil` for a page without pictures.
    /// - Throws: an error for a file that cannot be read.
    public init(_ paths: [String], title: String, data configuration: Configuration?) throws {
        let sources = try paths.map {
            Viewer.Source(path: $0, results: try Results.read($0, keepsMaps: false))
        }
        maps = try paths.map { try ResultsMaps($0) }
        let names = Set(sources.flatMap { $0.results.images.map(\.image) })
        let classes = Set(sources.flatMap { $0.results.runs.map(\.factors.className) })
        data = try configuration.map { try ViewedData($0, names: names, classes: classes) }
        viewer = try Viewer(
            sources, title: title, labels: data?.labels ?? [:], splits: data?.splits ?? [:])
    }

    /// The path of a folder that can be made, without a slash at its end.
    ///
    /// - Parameter option: the option that names it, for errors.
    /// - Throws: ``ConfigurationError`` where it exists, or cannot be made there.
    public static func newFolder(_ path: String, option: String) throws -> String {
        let folder = String(path.reversed().drop { $0 == "/" }.reversed())
        try OutputFiles.check(folder, option: option, inputs: [])
        guard FileIdentity(folder) == nil else {
            throw ConfigurationError(option, path, "exists already; name a new folder")
        }
        return folder
    }

    /// The number of maps that the results keep.
    public var mapCount: Int { maps.reduce(0) { $0 + $1.count } }

    /// What cannot be shown, and why.
    public var problems: [String] { data?.problems ?? [] }

    /// Where pictures and maps come from.
    public var pictures: Viewer.Pictures {
        let (data, maps) = (data, maps)
        var pictures = Viewer.Pictures(picture: data.map { data in { try data.picture($0) } }) {
            source, run, image in
            try maps[source].relevance(run: run, image: image).flatMap(Self.heatMap)
        }
        pictures.longestSide = longestSide
        return pictures
    }

    /// The images of a list, in its order, as far as they are among the given ones.
    ///
    /// - Parameter images: numbers of images of the viewer.
    /// - Throws: ``ConfigurationError`` for a name that the results do not have.
    public func chosen(_ images: [Int], _ list: ImageIDs) throws -> [Int] {
        let numbers = Dictionary(
            viewer.images.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let allowed = Set(images)
        return try list.ids.compactMap { name in
            guard let number = numbers[name] else {
                throw ConfigurationError(
                    "--ids", list.path, "\(name) is no image of the results")
            }
            return allowed.contains(number) ? number : nil
        }
    }

    /// Writes the page.
    ///
    /// - Throws: ``Interrupted`` after a signal; an error where the folder exists or a file cannot
    ///   be written.
    public func write(to folder: String) throws -> Viewer.Outcome {
        let progress = Progress("view", total: viewer.images.count, unit: " images")
        var last = 0
        return try viewer.write(to: folder, pictures) { done, _ in
            try Interruption.check("while the page was written")
            // While maps are drawn, all images are done.
            guard done > last else { return }
            last = done
            progress.update(done)
        }
    }

    /// The sum over the channels, with its sign; `nil` for another shape.
    private static func heatMap(_ relevance: Tensor) -> HeatMap? {
        let shape = relevance.shape
        guard shape.count == 3, shape.allSatisfy({ $0 > 0 }) else { return nil }
        let channels = shape[2]
        let values = relevance.values
        return HeatMap(
            height: shape[0], width: shape[1],
            values: (0..<(shape[0] * shape[1])).map { pixel in
                values[(pixel * channels)..<((pixel + 1) * channels)].reduce(0, +)
            })
    }
}

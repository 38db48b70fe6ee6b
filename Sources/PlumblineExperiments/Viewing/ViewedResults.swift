import Foundation
import PlumblineData
import PlumblineMetrics
import PlumblineReports
import PlumblineStorage
import PlumblineTensors

/// Writes the page of some results files.
public struct ViewedResults {
    public let viewer: Viewer
    private let maps: [ResultsMaps]
    private let data: ViewedData?
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
        data = try configuration.map { try ViewedData($0) }
        viewer = try Viewer(sources, title: title, labels: data?.labels ?? [:])
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

    /// How large the page will be, and how long it takes, in one line.
    ///
    /// A few pictures are made for it, spread over the images.
    ///
    /// - Throws: an error where a picture cannot be encoded.
    public func estimate() throws -> String {
        let names = viewer.images
        let step = max(1, names.count / 5)
        let tried = stride(from: 0, to: names.count, by: step).prefix(5).map { names[$0] }
        let start = ContinuousClock.now
        var bytes = 0
        for name in tried {
            // A picture that cannot be read is reported when the page is written.
            guard let picture = try? data?.picture(name) else { continue }
            bytes += try viewer.sizeOfPictures(picture, longestSide: longestSide)
        }
        let share = Double(names.count) / Double(max(1, tried.count))
        let seconds = (ContinuousClock.now - start).seconds * share
        let columns = viewer.runCount * names.count * (viewer.scoreCount * 6 + 10) * 4 / 3
        let total = Double(bytes) * share + Double(columns + mapCount * 20_000)
        func whole(_ value: Double) -> String { "\(Int(value.rounded(.up)))" }
        return "\(names.count) images, \(viewer.runCount) runs, \(viewer.scoreCount) scores, "
            + "\(mapCount) maps: about \(whole(total / 1e6)) MB and "
            + "\(whole(seconds + Double(mapCount) * 0.005)) s"
    }

    /// Writes the page.
    ///
    /// - Throws: ``Interrupted`` after a signal; an error where the folder exists or a file cannot
    ///   be written.
    public func write(to folder: String) throws -> Viewer.Outcome {
        var pictures = Viewer.Pictures(picture: data.map { data in { try data.picture($0) } }) {
            source, run, image in
            try maps[source].relevance(run: run, image: image).flatMap(Self.heatMap)
        }
        pictures.longestSide = longestSide
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

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}

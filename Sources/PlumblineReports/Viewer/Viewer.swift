import Foundation
import PlumblineData
import PlumblineMetrics
import PlumblineStorage

/// The page of one or more results files: a folder that a browser opens without a server.
///
/// Every name and text of the files is data of the page and never a part of its markup. Names of
/// files are made from hashes.
public struct Viewer {
    /// A results file.
    public struct Source {
        public var path: String
        public var results: Results

        public init(path: String, results: Results) {
            self.path = path
            self.results = results
        }
    }

    /// A mask, a box or a part of an image.
    public struct Outline {
        public enum Kind: String {
            case mask
            case box
            case part
        }

        public var kind: Kind
        public var name: String
        /// The class that is annotated.
        public var className: String
        public var mask: Mask

        public init(_ kind: Kind, name: String, of className: String, mask: Mask) {
            self.kind = kind
            self.name = name
            self.className = className
            self.mask = mask
        }
    }

    /// What is drawn of an image.
    public struct Picture {
        /// The part of the image that the model sees.
        public var image: RasterImage
        /// Masks of the same part of the image.
        public var outlines: [Outline]
        /// The class whose outlines belong to runs that explain each image's label or prediction.
        public var ownClass: String?

        public init(image: RasterImage, outlines: [Outline], ownClass: String?) {
            self.image = image
            self.outlines = outlines
            self.ownClass = ownClass
        }

        /// The outlines that belong to a run.
        ///
        /// - Parameter className: the class that the run explains.
        func outlines(of className: String) -> [Outline] {
            let isOwn = [TargetClass.labelName, TargetClass.predictedName].contains(className)
            let shown = isOwn ? ownClass : className
            return outlines.filter { $0.className == shown }
        }
    }

    /// Where pictures and maps come from.
    public struct Pictures {
        /// The picture of an image by its name; `nil` where the data do not have it.
        public var picture: ((String) throws -> Picture?)?
        /// The map of a run and an image; `nil` where none is kept.
        public var map: (_ source: Int, _ run: String, _ image: String) throws -> HeatMap?
        /// The longer side of the large pictures in pixels; 0 for the images' own resolution.
        public var longestSide = 0

        public init(
            picture: ((String) throws -> Picture?)?,
            map: @escaping (_ source: Int, _ run: String, _ image: String) throws -> HeatMap?
        ) {
            self.picture = picture
            self.map = map
        }
    }

    let title: String
    let tables: ViewerTables
    let hashes: [String]
    /// Of each run.
    let titles: [String]

    /// - Parameters:
    ///   - sources: their images of one name are taken for the same image.
    ///   - labels: the label of each image by its name, where data are given.
    ///   - splits: the part of the data that an image belongs to, by its name.
    /// - Throws: ``StorageError`` where there are no runs.
    public init(
        _ sources: [Source], title: String, labels: [String: String] = [:],
        splits: [String: String] = [:]
    ) throws {
        self.title = title
        tables = try ViewerTables(sources, labels: labels, splits: splits)
        titles = Self.titles(tables.runs.map(\.run.factors))
        hashes = tables.names.map { String(sha256(of: Data($0.utf8)).prefix(32)) }
    }

    /// The names of the images, in the order of the files.
    public var images: [String] { tables.names }
    public var runCount: Int { tables.runs.count }
    public var scoreCount: Int { tables.scores.count }
    /// Pictures of maps that a page has at most.
    public var largestMapCount: Int { tables.runs.count * tables.names.count }
}

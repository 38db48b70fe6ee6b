import Foundation
import PlumblineData

/// Makes the pictures of a figure from results and their images.
struct ViewerTiles {
    let viewer: Viewer
    let pictures: Viewer.Pictures
    let look: PictureLook

    private static let right = Style.Colour(0, 0.42, 0.32)
    private static let wrong = Style.Colour(0.72, 0.26, 0)

    /// An image with its map and outlines, and below it its name, some scores, its label and its
    /// prediction.
    ///
    /// - Parameter scores: the keys of the scores.
    /// - Returns: a text where there is no picture, or where it cannot be read.
    /// - Throws: ``SelectionError`` for a score that the results do not have.
    func cell(
        _ image: Int, run: Int, scores: [String], title: String = ""
    ) throws -> Figure.Cell {
        let name = viewer.images[image]
        let picture: Viewer.Picture?
        do { picture = try pictures.picture?(name) } catch let error as DatasetError {
            return .note("\(name): \(error)", isProblem: true)
        }
        guard let picture else { return .note("\(name): the data do not have it", isProblem: true) }
        let className = viewer.tables.runs[run].run.factors.className
        return .tile(
            FigureTile(
                title: title, image: picture.image.limited(to: pictures.longestSide),
                map: try map(image, run: run),
                outlines: picture.outlines(of: className).map(Self.outline),
                lines: try [.init(name)] + scores.map { try line($0, image, run: run) }
                    + verdict(image, run: run)))
    }

    private func map(_ image: Int, run: Int) throws -> ColouredMap? {
        let (source, result) = viewer.tables.runs[run]
        return try pictures.map(source, result.run, viewer.images[image]).map {
            ColouredMap(fitting: $0, look.colours, opacity: look.opacity)
        }
    }

    private static func outline(_ outline: Viewer.Outline) -> FigureTile.Outline {
        switch outline.kind {
        case .mask, .box: FigureTile.Outline(outline.mask)
        case .part: FigureTile.Outline(outline.mask, Style(.init(1, 1, 1), lineWidth: 0.6))
        }
    }

    private func line(_ key: String, _ image: Int, run: Int) throws -> FigureTile.Line {
        let score = try viewer.score(key)
        let value = score.values[run, image]
        let name = score.part.isEmpty ? score.facts.title : "\(score.facts.title), \(score.part)"
        guard value.isNaN else { return .init("\(String(format: "%.3f", value)) \(name)") }
        let reason = score.reasons[run, image]
        let text = reason == 0 ? "no row" : viewer.tables.reasons[Int(reason) - 1]
        return .init("\(name) missing: \(text)", .grey)
    }

    /// The label and the prediction, right or wrong by a mark and by colour.
    private func verdict(_ image: Int, run: Int) -> [FigureTile.Line] {
        let label = viewer.text("label", run: run, image: image) ?? "label not known"
        guard let prediction = viewer.text("prediction", run: run, image: image) else {
            return [.init(label)]
        }
        switch viewer.text("correct", run: run, image: image) {
        case "right": return [.init("\u{2713} \(prediction)", Self.right)]
        case "wrong": return [.init("\u{2717} \(prediction)", Self.wrong), .init("is \(label)")]
        default: return [.init("\(prediction), \(label)")]
        }
    }

    /// The strips of colours that some cells need, each once, with what their ends mean.
    static func bars(_ cells: [Figure.Cell]) -> [ColourBar] {
        var bars: [ColourBar] = []
        for case .tile(let tile) in cells {
            guard let map = tile.map else { continue }
            let bar =
                map.colours == .diverging
                ? ColourBar(map.colours, low: "against the class", high: "for the class")
                : ColourBar(map.colours, low: "0", high: "maximum of the map")
            if !bars.contains(bar) { bars.append(bar) }
        }
        return bars
    }
}

/// How maps are drawn in a figure.
public struct PictureLook: Sendable {
    /// Of maps without signs.
    public var colours: ColourMap
    /// Of the map over the image, from 0 to 1.
    public var opacity: Double
    /// In millimetres (``Figure/widths``).
    public var width: Double
    /// Pictures beside each other, at least 1.
    public var columns: Int

    public init(
        colours: ColourMap = .inferno, opacity: Double = 0.5, width: Double = 175, columns: Int = 6
    ) {
        self.colours = colours
        self.opacity = opacity
        self.width = width
        self.columns = columns
    }
}

import Foundation
import PlumblineStorage

/// Why a figure cannot be drawn, in words.
public struct FigureError: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

extension Figure {
    /// The endings of files that ``write(_:dotsPerInch:)`` knows.
    public static let fileExtensions = ["svg", "png", "pdf"]

    /// The one of ``fileExtensions`` that a path ends in; `nil` for another ending.
    public static func ending(of path: String) -> String? {
        fileExtensions.first { path.lowercased().hasSuffix(".\($0)") }
    }

    /// The figure as SVG, with texts as texts.
    ///
    /// - Throws: an error for an image that cannot be encoded.
    public func svg() throws -> String { try SVGWriter.text(FigureLayout(self).drawing()) }

    /// The figure as PNG.
    ///
    /// - Throws: ``FigureError`` for more than 30,000 pixels on a side, or if cairo fails.
    public func png(dotsPerInch: Double = 200) throws -> Data {
        try CairoWriter.png(FigureLayout(self).drawing(), dotsPerInch: dotsPerInch)
    }

    /// The figure as PDF, with texts as texts.
    ///
    /// - Throws: ``FigureError`` if cairo fails.
    public func pdf() throws -> Data { try CairoWriter.pdf(FigureLayout(self).drawing()) }

    /// Writes the figure, by the ending of the path: `.svg`, `.png` or `.pdf`.
    ///
    /// - Parameter dotsPerInch: of a PNG.
    /// - Throws: ``FigureError`` for another ending, and an error of the disk. Then the earlier
    ///   file is still there.
    public func write(_ path: String, dotsPerInch: Double = 200) throws {
        let data: Data
        switch Self.ending(of: path) {
        case "svg": data = Data(try svg().utf8)
        case "png": data = try png(dotsPerInch: dotsPerInch)
        case "pdf": data = try pdf()
        default:
            throw FigureError(
                "\(path): a figure is written as .svg, .png or .pdf; the name has another ending")
        }
        try AtomicFile.write(path) { try $0.write(data) }
    }
}

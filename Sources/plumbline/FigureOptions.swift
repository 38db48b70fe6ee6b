import ArgumentParser
import PlumblineReports

/// How figures look.
struct FigureOptions: ParsableArguments {
    @Option(
        name: .customLong("width-mm"),
        help: "The width of a figure in millimetres; a journal's column has about 85, a page 175.")
    var width: Double?
    @Option(help: "The colours of maps: viridis, inferno, cividis or diverging (with signs).")
    var colours = ColourMap.inferno

    func validate() throws {
        guard width.map(Figure.widths.contains) ?? true else {
            throw ValidationError("--width-mm must be from 20 to 2000")
        }
    }

    /// - Throws: an error for a name that does not end in `.svg`, `.png` or `.pdf`.
    static func check(_ paths: [String], option: String) throws {
        for path in paths where Figure.ending(of: path) == nil {
            throw ValidationError("\(option) \(path): the name must end in .svg, .png or .pdf")
        }
    }
}

extension ColourMap: ExpressibleByArgument {}

/// A figure: a grid of plots and pictures under a title, with a caption below.
///
/// It is a value. ``svg()``, ``png(dotsPerInch:)`` and ``pdf()`` draw it; all three draw the same
/// lines and texts at the same places.
public struct Figure: Sendable {
    /// One place of the grid.
    public enum Cell: Sendable {
        case plot(Plot)
        case tile(FigureTile)
        /// No picture, but a text, which may be empty.
        ///
        /// `isProblem` says that a picture is wanted and cannot be drawn.
        case note(String, isProblem: Bool)
    }

    /// The widths that a figure can have, in millimetres.
    public static let widths = 20.0...2000.0

    /// Written above all cells; empty for none.
    public var title: String
    /// The width of the whole figure in millimetres.
    public var width: Double
    /// Plots and pictures, row by row.
    public var cells: [Cell]
    /// Cells beside each other.
    public var columns: Int
    /// Written above each row; none if there are fewer.
    public var rowTitles: [String] = []
    /// The colours of maps, below the cells.
    public var colourBars: [ColourBar]
    /// Paragraphs of text below everything else; none if empty.
    public var caption: [String]

    /// - Parameters:
    ///   - width: in millimetres, from 20 to 2000. A column of a journal has about 85, a page 175.
    ///   - columns: cells beside each other, at least 1.
    public init(
        title: String = "", width: Double = 175, columns: Int = 1, cells: [Cell],
        colourBars: [ColourBar] = [], caption: [String] = []
    ) {
        precondition(Self.widths.contains(width), "Figure: \(width) mm wide")
        precondition(columns > 0, "Figure: \(columns) columns")
        self.title = title
        self.width = width
        self.columns = columns
        self.cells = cells
        self.colourBars = colourBars
        self.caption = caption
    }

    /// A figure of plots alone.
    public init(title: String = "", width: Double = 175, columns: Int = 1, plots: [Plot]) {
        self.init(title: title, width: width, columns: columns, cells: plots.map(Cell.plot))
    }
}

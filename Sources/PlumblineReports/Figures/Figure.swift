/// A figure: one plot or a grid of plots under a title.
///
/// It is a value. ``svg()``, ``png(dotsPerInch:)`` and ``pdf()`` draw it; all three draw the same
/// lines and texts at the same places.
public struct Figure: Sendable {
    /// Written above all plots; empty for none.
    public var title: String
    /// The width of the whole figure in millimetres.
    public var width: Double
    /// The plots, row by row.
    public var plots: [Plot]
    /// Plots beside each other.
    public var columns: Int

    /// - Parameters:
    ///   - width: in millimetres, from 20 to 2000. A column of a journal has about 85, a page 175.
    ///   - columns: plots beside each other, at least 1.
    public init(title: String = "", width: Double = 175, columns: Int = 1, plots: [Plot]) {
        precondition((20...2000).contains(width), "Figure: \(width) mm wide")
        precondition(columns > 0, "Figure: \(columns) columns")
        self.title = title
        self.width = width
        self.columns = columns
        self.plots = plots
    }
}

/// One pair of axes with what is drawn between them.
public struct Plot: Sendable {
    /// Written above the axes; empty for none.
    public var title: String
    public var x: Axis
    public var y: Axis
    /// Drawn in their order: later ones are on top.
    public var marks: [Mark]
    /// The height of the area between the axes divided by its width.
    public var aspect: Double

    /// - Parameter aspect: height divided by width, above 0.
    public init(
        title: String = "", x: Axis, y: Axis, marks: [Mark], aspect: Double = 0.62
    ) {
        precondition(aspect > 0 && aspect.isFinite, "Plot: an aspect of \(aspect)")
        self.title = title
        self.x = x
        self.y = y
        self.marks = marks
        self.aspect = aspect
    }
}

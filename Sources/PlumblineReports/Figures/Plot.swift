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

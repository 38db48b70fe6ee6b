import PlumblineStorage

extension Figure {
    /// The values of one class for the box plots of parts.
    public struct PartsClass {
        public var name: String
        /// The parts in the order of the axis, each with one value per image.
        public var parts: [(name: String, values: [Double])]

        public init(name: String, parts: [(name: String, values: [Double])]) {
            self.name = name
            self.parts = parts
        }
    }

    /// Classes of a figure of box plots; more would not be readable.
    public static let mostPartsClasses = 12

    /// Box plots of a score from 0 to 1: a plot per class, a box per part, the background in
    /// another look.
    ///
    /// - Parameters:
    ///   - classes: the first ``mostPartsClasses`` are drawn.
    ///   - width: in millimetres.
    public static func parts(
        _ classes: [PartsClass], title: String, score: String, width: Double = 175
    ) -> Figure {
        let drawn = classes.prefix(mostPartsClasses)
        let columns = drawn.count == 1 ? 1 : drawn.count <= 4 ? 2 : 3
        let plots = drawn.map { entry -> Plot in
            var boxes: [Box] = []
            var background: [Box] = []
            var counts: [Mark] = []
            for (place, part) in entry.parts.enumerated() {
                guard let box = Box(part.values, at: Double(place)) else { continue }
                if part.name == PartsFile.background {
                    background.append(box)
                } else {
                    boxes.append(box)
                }
                counts.append(
                    .text(
                        "\(part.values.count)", .init(Double(place), 1.055), .middle,
                        Style(.grey)))
            }
            return Plot(
                title: entry.name,
                x: Axis("number of images above each box", names: entry.parts.map(\.name)),
                y: Axis(score, -0.02...1.1),
                marks: [
                    .boxes(boxes, .series(0), label: "part of the object"),
                    .boxes(background, .series(1), label: PartsFile.background),
                ] + counts,
                aspect: columns == 1 ? 0.5 : 0.75)
        }
        return Figure(title: title, width: width, columns: columns, plots: Array(plots))
    }
}

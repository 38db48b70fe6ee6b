import PlumblineData

/// Images with their annotations, and the names of their classes below.
///
/// Each class has a colour, and each of its parts another one. The border of every region is drawn:
/// of a box, that is a rectangle.
public struct ContactSheet {
    /// One image of the sheet.
    public struct Picture {
        /// Written first below the image.
        public var title: String
        public var example: Example

        public init(title: String, example: Example) {
            self.title = title
            self.example = example
        }
    }

    /// Lines below an image: its title, its name, and names of classes and parts.
    private static let mostLines = 8

    private let classes: [String]
    private let parts: [String]

    /// A grid of pictures.
    ///
    /// - Parameters:
    ///   - pictures: at least one.
    ///   - classes: the meaning of each label.
    ///   - width: in millimetres (``Figure/widths``).
    ///   - longestSide: the longer side of an embedded image in pixels; 0 for its own resolution.
    /// - Throws: ``DatasetError`` for an image or a region that cannot be read.
    public static func figure(
        _ pictures: [Picture], classes: [String], columns: Int = 6, width: Double = 175,
        longestSide: Int = 0
    ) throws -> Figure {
        precondition(!pictures.isEmpty, "ContactSheet: no pictures")
        let parts = Set(pictures.flatMap { $0.example.annotations.compactMap(\.part) }).sorted()
        let sheet = ContactSheet(classes: classes, parts: parts)
        return Figure(
            width: width, columns: columns,
            cells: try pictures.map { .tile(try sheet.tile($0, longestSide: longestSide)) })
    }

    private func tile(_ picture: Picture, longestSide: Int) throws -> FigureTile {
        let example = picture.example
        return FigureTile(
            image: try example.image().limited(to: longestSide),
            outlines: try drawnAnnotations(example).map { annotation in
                let colour = colour(annotation.className, part: annotation.part)
                let lineWidth = annotation.part == nil ? 1.2 : 0.7
                return FigureTile.Outline(
                    try annotation.region.mask(), Style(colour, lineWidth: lineWidth))
            }, lines: lines(picture))
    }

    // MARK: Colours

    /// Ten colours that differ for most readers, as in Tableau's palette.
    private static let colours: [Style.Colour] = [
        .init(0.12, 0.47, 0.71), .init(1.00, 0.50, 0.05), .init(0.17, 0.63, 0.17),
        .init(0.84, 0.15, 0.16), .init(0.58, 0.40, 0.74), .init(0.55, 0.34, 0.29),
        .init(0.89, 0.47, 0.76), .init(0.50, 0.50, 0.50), .init(0.74, 0.74, 0.13),
        .init(0.09, 0.75, 0.81),
    ]

    /// The colour of a class or of a part.
    ///
    /// Parts take the colours after those of the classes.
    private func colour(_ className: String, part: String?) -> Style.Colour {
        let index =
            part.flatMap { parts.firstIndex(of: $0) }.map { $0 + classes.count }
            ?? classes.firstIndex(of: className) ?? 0
        return Self.colours[index % Self.colours.count]
    }

    // MARK: Text

    private func lines(_ picture: Picture) -> [FigureTile.Line] {
        let example = picture.example
        var lines = [FigureTile.Line(picture.title), FigureTile.Line(example.id)]
        let shown = classes.indices.filter { example.isPositive($0) }.map { classes[$0] }
        for name in shown {
            let hasRegion = example.annotations.contains { $0.className == name && $0.part == nil }
            lines.append(
                .init(name + (hasRegion ? "" : " (no region)"), colour(name, part: nil)))
        }
        if shown.isEmpty { lines.append(.init("none of the classes")) }
        let ownParts = Set(drawnAnnotations(example).compactMap(\.part)).sorted()
        lines += ownParts.map { .init("- \($0)", colour("", part: $0)) }
        if lines.count > Self.mostLines {
            let rest = lines.count - Self.mostLines + 1
            lines = lines.prefix(Self.mostLines - 1) + [.init("and \(rest) more")]
        }
        return lines
    }

    /// The annotations of the classes that an image shows; parts come last, on top.
    private func drawnAnnotations(_ example: Example) -> [Annotation] {
        let shown = Set(classes.indices.filter { example.isPositive($0) }.map { classes[$0] })
        let own = example.annotations.filter { shown.contains($0.className) }
        return own.filter { $0.part == nil } + own.filter { $0.part != nil }
    }
}

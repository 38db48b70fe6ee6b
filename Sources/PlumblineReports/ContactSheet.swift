import PlumblineData

/// Draws images with their annotations, and the names of their classes below.
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

    private static let gap = 8
    private static let lineHeight = 10
    /// Lines below an image: its title, its name, and names of classes and parts.
    private static let mostLines = 8

    private let classes: [String]
    private let parts: [String]
    private let side: Int

    /// Draws a sheet.
    ///
    /// - Parameters:
    ///   - classes: the meaning of each label.
    ///   - side: the longest side of a drawn image, in pixels.
    /// - Throws: ``DatasetError`` for an image or a region that cannot be read.
    public static func draw(
        _ pictures: [Picture], classes: [String], columns: Int = 6, side: Int = 224
    ) throws -> RasterImage {
        precondition(!pictures.isEmpty, "ContactSheet: no pictures")
        let parts = Set(pictures.flatMap { $0.example.annotations.compactMap(\.part) }).sorted()
        let sheet = ContactSheet(classes: classes, parts: parts, side: side)
        let captions = pictures.map { sheet.captions($0) }
        let cellHeight = side + gap + lineHeight * (captions.map(\.count).max() ?? 0)
        let columns = min(columns, pictures.count)
        let rows = (pictures.count + columns - 1) / columns
        var canvas = Canvas(
            height: gap + rows * (cellHeight + gap), width: gap + columns * (side + gap))
        for (index, picture) in pictures.enumerated() {
            let top = gap + index / columns * (cellHeight + gap)
            let left = gap + index % columns * (side + gap)
            canvas.draw(try sheet.drawn(picture.example), top: top, left: left)
            for (line, caption) in captions[index].enumerated() {
                canvas.write(
                    caption.text, top: top + side + gap / 2 + line * lineHeight, left: left,
                    scale: 1, colour: caption.colour)
            }
        }
        return canvas.image
    }

    // MARK: Colours

    typealias Colour = (Float, Float, Float)

    private static let black: Colour = (0.1, 0.1, 0.1)

    /// Ten colours that differ for most readers, as in Tableau's palette.
    private static let colours: [Colour] = [
        (0.12, 0.47, 0.71), (1.00, 0.50, 0.05), (0.17, 0.63, 0.17), (0.84, 0.15, 0.16),
        (0.58, 0.40, 0.74), (0.55, 0.34, 0.29), (0.89, 0.47, 0.76), (0.50, 0.50, 0.50),
        (0.74, 0.74, 0.13), (0.09, 0.75, 0.81),
    ]

    /// The colour of a class or of a part.
    ///
    /// Parts take the colours after those of the classes.
    func colour(_ className: String, part: String?) -> Colour {
        let index =
            part.flatMap { parts.firstIndex(of: $0) }.map { $0 + classes.count }
            ?? classes.firstIndex(of: className) ?? 0
        return Self.colours[index % Self.colours.count]
    }

    // MARK: Text

    private func captions(_ picture: Picture) -> [(text: String, colour: Colour)] {
        let example = picture.example
        let room = side / Canvas.width(of: "a")
        func fitted(_ text: String) -> String {
            text.count <= room ? text : "\(text.prefix(max(0, room - 2))).."
        }
        var lines: [(text: String, colour: Colour)] = [
            (picture.title, Self.black), (example.id, Self.black),
        ]
        let shown = classes.indices.filter { example.isPositive($0) }.map { classes[$0] }
        for name in shown {
            let hasRegion = example.annotations.contains { $0.className == name && $0.part == nil }
            lines.append(
                (name + (hasRegion ? "" : " (no region)"), colour(name, part: nil)))
        }
        if shown.isEmpty { lines.append(("none of the classes", Self.black)) }
        let ownParts = Set(drawnAnnotations(example).compactMap(\.part)).sorted()
        lines += ownParts.map { ("- \($0)", colour("", part: $0)) }
        if lines.count > Self.mostLines {
            let rest = lines.count - Self.mostLines + 1
            lines = lines.prefix(Self.mostLines - 1) + [("and \(rest) more", Self.black)]
        }
        return lines.map { (fitted($0.text), $0.colour) }
    }

    // MARK: Regions

    /// The annotations of the classes that an image shows; parts come last, on top.
    private func drawnAnnotations(_ example: Example) -> [Annotation] {
        let shown = Set(classes.indices.filter { example.isPositive($0) }.map { classes[$0] })
        let own = example.annotations.filter { shown.contains($0.className) }
        return own.filter { $0.part == nil } + own.filter { $0.part != nil }
    }

    private func drawn(_ example: Example) throws -> RasterImage {
        let image = try example.image()
        let scale = Double(side) / Double(max(image.height, image.width))
        let height = max(1, Int((Double(image.height) * scale).rounded()))
        let width = max(1, Int((Double(image.width) * scale).rounded()))
        var picture = image.resized(height: height, width: width, antialias: true)
            .converted(channels: 3)
        for annotation in drawnAnnotations(example) {
            let mask = Self.shrunk(try annotation.region.mask(), height, width)
            Self.outline(
                mask, on: &picture, colour(annotation.className, part: annotation.part),
                width: annotation.part == nil ? 2 : 1)
        }
        return picture
    }

    /// A mask at another size, in which every pixel of the mask is still there.
    ///
    /// A small region would vanish by nearest neighbour.
    static func shrunk(_ mask: Mask, _ height: Int, _ width: Int) -> Mask {
        var result = mask.resized(height: height, width: width)
        for y in 0..<mask.height {
            for x in 0..<mask.width where mask.pixels[y * mask.width + x] {
                result.pixels[y * height / mask.height * width + x * width / mask.width] = true
            }
        }
        return result
    }

    /// Draws the pixels of a mask that have one outside within `width` pixels.
    private static func outline(
        _ mask: Mask, on picture: inout RasterImage, _ colour: Colour, width: Int
    ) {
        func isInside(_ y: Int, _ x: Int) -> Bool {
            (0..<mask.height).contains(y) && (0..<mask.width).contains(x)
                && mask.pixels[y * mask.width + x]
        }
        for y in 0..<mask.height {
            for x in 0..<mask.width where isInside(y, x) {
                let isBorder = (1...width).contains { step in
                    !isInside(y - step, x) || !isInside(y + step, x) || !isInside(y, x - step)
                        || !isInside(y, x + step)
                }
                guard isBorder else { continue }
                let offset = (y * mask.width + x) * 3
                picture.values[offset] = colour.0
                picture.values[offset + 1] = colour.1
                picture.values[offset + 2] = colour.2
            }
        }
    }
}

/// The pixels of a ``Decoy`` on an image of one size.
///
/// The marker is drawn at the image's own resolution, within the part that the model sees. So
/// images, masks and maps take the same way as without it, pictures show it, and its mask is exact.
/// Its sides are shares of the height and of the width of that part, so that it has the same size
/// and shape in every input of the model.
struct DecoyPixels {
    private let source: Example.Size
    /// The columns of the marker in each of its rows.
    private let rows: [(y: Int, columns: Range<Int>)]

    init(_ decoy: Decoy, _ geometry: ImageGeometry) {
        source = geometry.source
        let visible = geometry.visible
        let height = Double(decoy.size) * Double(visible.height)
        let width = Double(decoy.size) * Double(visible.width)
        let centre = Self.centre(decoy, visible, height: height, width: width)
        rows = Self.rows(decoy.shape, visible, centre, height: height, width: width)
    }

    private static func centre(
        _ decoy: Decoy, _ visible: ImageGeometry.Rectangle, height: Double, width: Double
    ) -> (y: Double, x: Double) {
        var y = height
        var x = width
        if decoy.centre.count == 2 {
            y = Double(decoy.centre[0]) * Double(visible.height)
            x = Double(decoy.centre[1]) * Double(visible.width)
        } else {
            let isBelow = [.bottomLeft, .bottomRight].contains(decoy.corner)
            let isRight = [.topRight, .bottomRight].contains(decoy.corner)
            if isBelow { y = Double(visible.height) - height }
            if isRight { x = Double(visible.width) - width }
        }
        return (Double(visible.y) + y, Double(visible.x) + x)
    }

    /// The pixels whose centres are in the shape, and that the model sees; one at least.
    private static func rows(
        _ shape: Decoy.Shape, _ visible: ImageGeometry.Rectangle, _ centre: (y: Double, x: Double),
        height: Double, width: Double
    ) -> [(y: Int, columns: Range<Int>)] {
        func range(
            _ middle: Double, _ half: Double, within whole: Range<Int>
        ) -> Range<Int>? {
            let first = max(whole.lowerBound, Int((middle - half - 0.5).rounded(.up)))
            let last = min(whole.upperBound - 1, Int((middle + half - 0.5).rounded(.down)))
            return first <= last ? first..<(last + 1) : nil
        }
        var rows: [(y: Int, columns: Range<Int>)] = []
        for y in range(centre.y, height / 2, within: visible.rows) ?? 0..<0 {
            let distance = (Double(y) + 0.5 - centre.y) / (height / 2)
            let share = shape == .dot ? max(0, 1 - distance * distance).squareRoot() : 1
            if let columns = range(centre.x, share * width / 2, within: visible.columns) {
                rows.append((y, columns))
            }
        }
        guard rows.isEmpty else { return rows }
        let y = min(max(Int(centre.y), visible.y), visible.rows.upperBound - 1)
        let x = min(max(Int(centre.x), visible.x), visible.columns.upperBound - 1)
        return [(y, x..<(x + 1))]
    }

    var region: Region {
        Region(
            checkedRows: rows.map {
                (
                    start: Int32($0.y * source.width + $0.columns.lowerBound),
                    length: Int32($0.columns.count)
                )
            }, height: source.height, width: source.width)
    }

    /// The image with the marker.
    ///
    /// - Parameters:
    ///   - colour: one value, or three for red, green and blue.
    ///   - isForGrey: whether a grey image stays grey; the marker then has the colour's brightness.
    func drawn(on image: DecodedImage, colour: [Float], isForGrey: Bool) -> DecodedImage {
        var colour = colour
        var result = image
        if image.channels == 1, colour.count == 3 {
            if isForGrey {
                colour = [0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]]
            } else {
                result = image.repeatedForColour
            }
        }
        let channels = result.channels
        let samples = (0..<channels).map { colour[colour.count == 1 ? 0 : $0] }
        switch result.values {
        case .bytes(var values):
            fill(&values, channels, samples.map { UInt8(($0 * 255).rounded()) })
            result.values = .bytes(values)
        case .words(var values):
            fill(&values, channels, samples.map { UInt16(($0 * 65535).rounded()) })
            result.values = .words(values)
        case .floats(var values):
            fill(&values, channels, samples)
            result.values = .floats(values)
        }
        return result
    }

    private func fill<Value>(_ values: inout [Value], _ channels: Int, _ colour: [Value]) {
        for row in rows {
            for x in row.columns {
                for channel in 0..<channels {
                    values[(row.y * source.width + x) * channels + channel] = colour[channel]
                }
            }
        }
    }
}

extension DecodedImage {
    /// A grey image with three equal channels.
    fileprivate var repeatedForColour: DecodedImage {
        func repeated<Value>(_ values: [Value]) -> [Value] { values.flatMap { [$0, $0, $0] } }
        var result = self
        result.channels = 3
        switch values {
        case .bytes(let values): result.values = .bytes(repeated(values))
        case .words(let values): result.values = .words(repeated(values))
        case .floats(let values): result.values = .floats(repeated(values))
        }
        return result
    }
}

import Plumbline

/// Images of a bright square or a bright disc, with boxes around them: a data set of one's own.
struct ShapeSource: ImageSource {
    let classes = ["square", "disc"]
    let count: Int
    private let size = 64

    func example(_ index: Int) throws -> Example {
        let isSquare = index.isMultiple(of: 2)
        let left = 4 + index * 7 % 30
        let side = 20
        let box = try Region(
            Region.Box(x: Double(left), y: 20, width: Double(side), height: Double(side)),
            height: size, width: size, name: "shape \(index)")
        return Example(
            id: "shape \(index)", origin: "made in memory", labels: isSquare ? [1, 0] : [0, 1],
            annotations: [Annotation(className: isSquare ? "square" : "disc", region: box)]
        ) { [size] in
            var values = [Float](repeating: 0.1, count: size * size)
            for row in 20..<20 + side {
                for column in left..<left + side {
                    let (x, y) = (column - left - side / 2, row - 20 - side / 2)
                    if isSquare || x * x + y * y <= side * side / 4 {
                        values[row * size + column] = 0.9
                    }
                }
            }
            return RasterImage(height: size, width: size, channels: 1, values: values)
        }
    }
}

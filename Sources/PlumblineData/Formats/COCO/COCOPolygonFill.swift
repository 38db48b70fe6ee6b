/// Fills polygons as COCO's tools do (`rleFrPoly` of `maskApi.c`).
///
/// The polygon is drawn on a grid that is five times finer. Where its border crosses from one
/// column of pixels into the next, the row of the crossing is noted. Going down the columns, the
/// crossings turn pixels on and off. Borders do not belong to the polygon, unlike in
/// ``PolygonFill``.
enum COCOPolygonFill {
    /// The grid is so many times finer than the pixels.
    private static let scale = 5.0
    /// The largest number of points on the finer grid that the borders of one region may have.
    static let mostPoints = 1 << 22

    /// - Throws: ``DatasetError`` for a corner that is not finite, and for borders that take too
    ///   long to follow.
    static func check(_ polygons: [[(x: Double, y: Double)]], name: String) throws {
        var points = 0.0
        for polygon in polygons {
            for (index, corner) in polygon.enumerated() {
                let next = polygon[index + 1 < polygon.count ? index + 1 : 0]
                points += 5 * max(abs(corner.x - next.x), abs(corner.y - next.y)) + 2
                guard corner.x.isFinite, corner.y.isFinite, abs(corner.x) < 1e8,
                    abs(corner.y) < 1e8
                else { throw DatasetError(name, "the corners of a polygon must be finite numbers") }
            }
            guard points <= Double(mostPoints) else {
                throw DatasetError(
                    name, "the borders of the polygons are longer than \(mostPoints / 5) pixels")
            }
        }
    }

    /// Sets the pixels of a polygon in `mask`.
    ///
    /// - Parameter corners: ``check(_:name:)`` accepted them.
    static func fill(_ corners: [(x: Double, y: Double)], in mask: inout Mask) {
        let height = mask.height
        var crossings = crossings(of: border(corners), height: height, width: mask.width)
        crossings.append(height * mask.width)
        crossings.sort()
        // The crossings are positions down the columns; each turns pixels on or off.
        for index in stride(from: 1, to: crossings.count, by: 2) {
            for position in crossings[index - 1]..<crossings[index] {
                mask.pixels[position % height * mask.width + position / height] = true
            }
        }
    }

    /// The points of the border on the finer grid.
    private static func border(_ corners: [(x: Double, y: Double)]) -> [(u: Int, v: Int)] {
        guard !corners.isEmpty else { return [] }
        let xs = corners.map { Int(scale * $0.x + 0.5) }
        let ys = corners.map { Int(scale * $0.y + 0.5) }
        var points: [(u: Int, v: Int)] = []
        for index in corners.indices {
            let next = index + 1 < corners.count ? index + 1 : 0
            append(from: (xs[index], ys[index]), to: (xs[next], ys[next]), &points)
        }
        return points
    }

    private static func append(
        from start: (x: Int, y: Int), to end: (x: Int, y: Int), _ points: inout [(u: Int, v: Int)]
    ) {
        let dx = abs(end.x - start.x)
        let dy = abs(end.y - start.y)
        let isFlipped = (dx >= dy && start.x > end.x) || (dx < dy && start.y > end.y)
        let (first, last) = isFlipped ? (end, start) : (start, end)
        if dx >= dy {
            let slope = Double(last.y - first.y) / Double(dx)
            for step in 0...dx {
                let t = isFlipped ? dx - step : step
                let y = dx == 0 ? Double(first.y) : Double(first.y) + slope * Double(t)
                points.append((u: t + first.x, v: Int(y + 0.5)))
            }
        } else {
            let slope = Double(last.x - first.x) / Double(dy)
            for step in 0...dy {
                let t = isFlipped ? dy - step : step
                points.append(
                    (u: Int(Double(first.x) + slope * Double(t) + 0.5), v: t + first.y))
            }
        }
    }

    /// The positions, down the columns of pixels, at which the border enters another column.
    private static func crossings(
        of border: [(u: Int, v: Int)], height: Int, width: Int
    ) -> [Int] {
        var positions: [Int] = []
        for index in 1..<max(1, border.count) where border[index].u != border[index - 1].u {
            let (before, after) = (border[index - 1], border[index])
            let leftmost = Double(after.u < before.u ? after.u : after.u - 1)
            let x = (leftmost + 0.5) / scale - 0.5
            guard x.rounded(.down) == x, x >= 0, x <= Double(width - 1) else { continue }
            let lower = Double(min(after.v, before.v))
            let y = min(max((lower + 0.5) / scale - 0.5, 0), Double(height))
            positions.append(Int(x) * height + Int(y.rounded(.up)))
        }
        return positions
    }
}

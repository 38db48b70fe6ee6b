/// Fills polygons as PIL's `ImageDraw.polygon(outline=1, fill=1)` does.
///
/// PIL made the official masks of CheXlocalize. Corners are truncated to whole pixels, and borders
/// belong to the polygon. What PIL does at corners and horizontal edges is copied exactly.
public enum PolygonFill {
    private struct Edge {
        var x0: Int
        var y0: Int
        var xMin: Int
        var xMax: Int
        var yMin: Int
        var yMax: Int
        /// The change of x per line; 0 for vertical and horizontal edges.
        var slope: Float

        init(_ a: (x: Int, y: Int), _ b: (x: Int, y: Int)) {
            x0 = a.x
            y0 = a.y
            xMin = min(a.x, b.x)
            xMax = max(a.x, b.x)
            yMin = min(a.y, b.y)
            yMax = max(a.y, b.y)
            slope = a.y == b.y ? 0 : Float(b.x - a.x) / Float(b.y - a.y)
        }

        func x(at y: Int) -> Float { Float(y - y0) * slope + Float(x0) }
        var isHorizontal: Bool { yMin == yMax }
    }

    /// The largest number of lines that the edges of one region may cross, plus the pixels that its
    /// horizontal edges may cover.
    ///
    /// It is enough for a contour that goes down and up an image of 3,000 lines 2,800 times.
    static let mostCrossings = 1 << 24
    /// The largest number of pixels in the rectangles around the polygons of one region.
    ///
    /// It is enough to fill a radiograph 150 times.
    static let mostPixels = 1 << 30

    /// Checks that polygons can be filled in a reasonable time.
    ///
    /// - Throws: ``DatasetError`` where filling takes more than ``mostCrossings`` or
    ///   ``mostPixels``.
    static func checkWork(
        _ polygons: [[(x: Double, y: Double)]], height: Int, width: Int, name: String
    ) throws {
        var crossings = 0
        var pixels = 0
        for polygon in polygons where polygon.count > 1 {
            let edges = edges(of: whole(polygon))
            func within(_ low: Int, _ high: Int, _ size: Int) -> Int {
                max(0, min(high, size - 1) - max(low, 0) + 1)
            }
            for edge in edges {
                crossings += within(edge.yMin, edge.yMax, height)
                if edge.isHorizontal { crossings += within(edge.xMin, edge.xMax, width) }
            }
            pixels +=
                within(edges.map(\.yMin).min()!, edges.map(\.yMax).max()!, height)
                * within(edges.map(\.xMin).min()!, edges.map(\.xMax).max()!, width)
            guard crossings <= mostCrossings, pixels <= mostPixels else {
                throw DatasetError(
                    name,
                    "the polygons cross more than \(mostCrossings) lines of the image or go around "
                        + "more than \(mostPixels) of its pixels")
            }
        }
    }

    /// Sets the pixels of a polygon in `mask`.
    ///
    /// - Parameter corners: fewer than two fill nothing.
    public static func fill(_ corners: [(x: Double, y: Double)], in mask: inout Mask) {
        guard corners.count > 1 else { return }
        let edges = edges(of: whole(corners))
        for edge in edges where edge.isHorizontal {
            line(edge.xMin, edge.xMax, y: edge.yMin, in: &mask)
        }
        let last = min(mask.height, edges.map(\.yMax).max()!)
        let first = max(0, edges.map(\.yMin).min()!)
        guard first <= last else { return }
        // The edges that cross a line, in the order of the polygon. Edges that begin on the line
        // are added, and edges that have ended are removed.
        let slanted = edges.filter { !$0.isHorizontal && $0.yMax >= first && $0.yMin <= last }
        var beginning: [Int: [Int]] = [:]
        for (index, edge) in slanted.enumerated() {
            beginning[max(first, edge.yMin), default: []].append(index)
        }
        var active: [Int] = []
        for y in first...last {
            active.removeAll { slanted[$0].yMax < y }
            if let new = beginning[y] {
                active += new
                active.sort()
            }
            scan(y, last, active.map { slanted[$0] }, &mask)
        }
    }

    /// Corners truncated to whole pixels.
    private static func whole(_ corners: [(x: Double, y: Double)]) -> [(x: Int, y: Int)] {
        let limit = 1e6
        return corners.map {
            (x: Int(min(limit, max(-limit, $0.x))), y: Int(min(limit, max(-limit, $0.y))))
        }
    }

    /// The edges of a polygon.
    ///
    /// Horizontal edges that continue in one direction are one edge.
    private static func edges(of points: [(x: Int, y: Int)]) -> [Edge] {
        var edges: [Edge] = []
        for index in 0..<(points.count - 1) {
            let a = points[index]
            let b = points[index + 1]
            if a.y == b.y, index > 0, points[index - 1].y == a.y, !edges.isEmpty {
                let before = points[index - 1].x
                if b.x > a.x && a.x > before {
                    edges[edges.count - 1].xMax = b.x
                    continue
                }
                if b.x < a.x && a.x < before {
                    edges[edges.count - 1].xMin = b.x
                    continue
                }
            }
            edges.append(Edge(a, b))
        }
        if points.last! != points[0] { edges.append(Edge(points.last!, points[0])) }
        return edges
    }

    /// Fills one line.
    ///
    /// - Parameter edges: those that cross or touch the line.
    private static func scan(_ y: Int, _ last: Int, _ edges: [Edge], _ mask: inout Mask) {
        var crossings: [Float] = []
        var tips = Tips(y)
        for edge in edges {
            let x = edge.x(at: y)
            if y == edge.yMax && y < last {
                // An edge that ends counts twice, so that inside and outside alternate.
                crossings += [x, x]
            } else {
                crossings.append(corner(x, y, edge, tips))
            }
            tips.add(edge)
        }
        crossings.sort()
        for index in stride(from: 1, to: crossings.count, by: 2) {
            line(roundedUp(crossings[index - 1]), roundedDown(crossings[index]), y: y, in: &mask)
        }
    }

    /// The slanted edges that begin or end on a line.
    ///
    /// For each x, these are the first edge that continues above the line and the first that
    /// continues below it.
    private struct Tips {
        private let y: Int
        private var above: [Float: Edge] = [:]
        private var below: [Float: Edge] = [:]

        init(_ y: Int) { self.y = y }

        mutating func add(_ edge: Edge) {
            guard y == edge.yMin || y == edge.yMax, edge.slope != 0 else { return }
            let x = edge.x(at: y).rounded()
            if y - 1 >= edge.yMin, above[x] == nil { above[x] = edge }
            if y + 1 <= edge.yMax, below[x] == nil { below[x] = edge }
        }

        func first(at x: Float, goingTo next: Int) -> Edge? {
            (next < y ? above : below)[x.rounded()]
        }
    }

    /// The crossing of an edge that begins or ends on this line.
    ///
    /// Where an earlier edge meets it in a flat tip, and both lean to one side, the crossing moves
    /// beside that of the next line. Without this the tip would be separated from the polygon.
    ///
    /// - Parameter x: the crossing of the edge itself.
    private static func corner(_ x: Float, _ y: Int, _ edge: Edge, _ earlier: Tips) -> Float {
        guard y == edge.yMin || y == edge.yMax, edge.slope != 0 else { return x }
        let next = y + (y == edge.yMax ? -1 : 1)
        let a = edge.x(at: next)
        guard let other = earlier.first(at: x, goingTo: next) else { return x }
        let b = other.x(at: next)
        if x > a + 1 && x > b + 1 { return max(a, b).rounded() + 1 }
        if x < a - 1 && x < b - 1 { return min(a, b).rounded() - 1 }
        return x
    }

    private static func line(_ from: Int, _ to: Int, y: Int, in mask: inout Mask) {
        guard (0..<mask.height).contains(y) else { return }
        let start = max(0, from)
        let end = min(mask.width - 1, to)
        guard start <= end else { return }
        for x in start...end { mask.pixels[y * mask.width + x] = true }
    }

    // Halves are rounded up at the left end of a line and down at its right end. Below zero the
    // directions are mirrored.

    private static func roundedUp(_ x: Float) -> Int {
        x >= 0 ? Int((x + 0.5).rounded(.down)) : -Int((-x + 0.5).rounded(.down))
    }

    private static func roundedDown(_ x: Float) -> Int {
        x >= 0 ? Int((x - 0.5).rounded(.up)) : -Int((-x - 0.5).rounded(.up))
    }
}

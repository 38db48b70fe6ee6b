/// Fills polygons as PIL's `ImageDraw.polygon(outline=1, fill=1)` does, which made the official
/// masks of CheXlocalize: corners are truncated to whole pixels, borders belong to the polygon, and
/// its quirks at corners and horizontal edges are kept.
public enum PolygonFill {
    private struct Edge {
        var x0: Int, y0: Int, xMin: Int, xMax: Int, yMin: Int, yMax: Int
        /// Change of x a line; 0 for vertical and horizontal edges.
        var slope: Float

        init(_ a: (x: Int, y: Int), _ b: (x: Int, y: Int)) {
            (x0, y0) = a
            (xMin, xMax, yMin, yMax) = (min(a.x, b.x), max(a.x, b.x), min(a.y, b.y), max(a.y, b.y))
            slope = a.y == b.y ? 0 : Float(b.x - a.x) / Float(b.y - a.y)
        }

        func x(at y: Int) -> Float { Float(y - y0) * slope + Float(x0) }
        var isHorizontal: Bool { yMin == yMax }
    }

    /// Adds the polygon of `corners` (x, y) to `mask`. Fewer than two corners fill nothing.
    public static func fill(_ corners: [(x: Double, y: Double)], in mask: inout Mask) {
        guard corners.count > 1 else { return }
        let limit = 1e6
        let points = corners.map {
            (x: Int(min(limit, max(-limit, $0.x))), y: Int(min(limit, max(-limit, $0.y))))
        }
        let edges = edges(of: points)
        for edge in edges where edge.isHorizontal {
            line(edge.xMin, edge.xMax, y: edge.yMin, in: &mask)
        }
        let slanted = edges.filter { !$0.isHorizontal }
        let last = min(mask.height, edges.map(\.yMax).max()!),
            first = max(0, edges.map(\.yMin).min()!)
        guard first <= last else { return }
        for y in first...last { scan(y, last, slanted, &mask) }
    }

    /// Horizontal edges that go on in one direction are one edge.
    private static func edges(of points: [(x: Int, y: Int)]) -> [Edge] {
        var edges: [Edge] = []
        for index in 0..<(points.count - 1) {
            let a = points[index], b = points[index + 1]
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

    private static func scan(_ y: Int, _ last: Int, _ edges: [Edge], _ mask: inout Mask) {
        var crossings: [Float] = []
        for (index, edge) in edges.enumerated() where y >= edge.yMin && y <= edge.yMax {
            let x = edge.x(at: y)
            if y == edge.yMax && y < last {
                // An edge that ends counts twice, so that inside and outside alternate.
                crossings += [x, x]
            } else {
                crossings.append(corner(x, y, edge, edges[..<index]))
            }
        }
        crossings.sort()
        for index in stride(from: 1, to: crossings.count, by: 2) {
            line(roundedUp(crossings[index - 1]), roundedDown(crossings[index]), y: y, in: &mask)
        }
    }

    /// The crossing `x` of an edge that begins or ends here. Where an earlier edge meets it in a
    /// flat tip, both leaning to one side, the crossing moves to beside the next line's, so that
    /// the tip is not torn off.
    private static func corner(_ x: Float, _ y: Int, _ edge: Edge, _ earlier: ArraySlice<Edge>)
        -> Float
    {
        guard y == edge.yMin || y == edge.yMax, edge.slope != 0 else { return x }
        let next = y + (y == edge.yMax ? -1 : 1), a = edge.x(at: next)
        for other in earlier
        where (y == other.yMin || y == other.yMax) && other.slope != 0
            && x.rounded() == other.x(at: y).rounded()
        {
            guard next >= other.yMin && next <= other.yMax else { continue }
            let b = other.x(at: next)
            if x > a + 1 && x > b + 1 { return max(a, b).rounded() + 1 }
            if x < a - 1 && x < b - 1 { return min(a, b).rounded() - 1 }
            return x
        }
        return x
    }

    private static func line(_ from: Int, _ to: Int, y: Int, in mask: inout Mask) {
        guard (0..<mask.height).contains(y) else { return }
        let start = max(0, from), end = min(mask.width - 1, to)
        guard start <= end else { return }
        for x in start...end { mask.pixels[y * mask.width + x] = true }
    }

    // Halves go up at the left end of a line and down at its right end; both away from zero's side
    // below it.
    private static func roundedUp(_ x: Float) -> Int {
        x >= 0 ? Int((x + 0.5).rounded(.down)) : -Int((-x + 0.5).rounded(.down))
    }
    private static func roundedDown(_ x: Float) -> Int {
        x >= 0 ? Int((x - 0.5).rounded(.up)) : -Int((-x - 0.5).rounded(.up))
    }
}

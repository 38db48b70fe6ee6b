import PlumblineData

/// The border of a mask as the path of an SVG, along the edges of its pixels.
struct MaskOutline {
    let height: Int
    let width: Int
    let path: String

    /// Longer paths are drawn from a smaller mask.
    private static let longestPath = 60_000

    init(_ mask: Mask) {
        var size = 512
        while true {
            let smaller = Self.limited(mask, to: size)
            let path = Self.path(of: smaller)
            if path.utf8.count <= Self.longestPath || size <= 64 {
                (height, width, self.path) = (smaller.height, smaller.width, path)
                return
            }
            size /= 2
        }
    }

    private static func limited(_ mask: Mask, to size: Int) -> Mask {
        let longest = max(mask.height, mask.width)
        guard longest > size else { return mask }
        return mask.resized(
            height: max(1, mask.height * size / longest),
            width: max(1, mask.width * size / longest))
    }

    /// One closed line for each border, with corners only where it turns.
    ///
    /// Each edge has its pixel on the right. At a corner where two pixels touch, the line turns
    /// right, so that they stay apart.
    private static func path(of mask: Mask) -> String {
        let (height, width) = (mask.height, mask.width)
        func isInside(_ y: Int, _ x: Int) -> Bool {
            (0..<height).contains(y) && (0..<width).contains(x) && mask.pixels[y * width + x]
        }
        // Bit d of a corner: an edge leads from it to the right, down, left or up.
        let columns = width + 1
        var edges = [UInt8](repeating: 0, count: (height + 1) * columns)
        for y in 0..<height {
            for x in 0..<width where mask.pixels[y * width + x] {
                let corner = y * columns + x
                if !isInside(y - 1, x) { edges[corner] |= 1 }
                if !isInside(y, x + 1) { edges[corner + 1] |= 2 }
                if !isInside(y + 1, x) { edges[corner + columns + 1] |= 4 }
                if !isInside(y, x - 1) { edges[corner + columns] |= 8 }
            }
        }
        let steps = [1, columns, -1, -columns]
        var path = ""
        for start in edges.indices {
            while edges[start] != 0 {
                var direction = edges[start].trailingZeroBitCount
                path += "M\(start % columns) \(start / columns)"
                var corner = start
                repeat {
                    edges[corner] &= ~(1 << UInt8(direction))
                    corner += steps[direction]
                    let turns = [1, 0, 3].map { (direction + $0) % 4 }
                    let next = turns.first { edges[corner] & (1 << UInt8($0)) != 0 }
                    guard let next else { break }
                    if next != direction {
                        path +=
                            direction % 2 == 0
                            ? "H\(corner % columns)" : "V\(corner / columns)"
                    }
                    direction = next
                } while true
                path += "Z"
            }
        }
        return path
    }
}

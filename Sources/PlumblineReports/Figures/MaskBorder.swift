import PlumblineData

/// The border of a mask along the edges of its pixels.
struct MaskBorder {
    struct Corner: Equatable {
        let x: Int
        let y: Int
    }

    /// One closed line for each border: the corners where it turns, without the first again.
    ///
    /// Each edge has its pixel on the right. At a corner where two pixels touch, the line turns
    /// right, so that they stay apart. The first edge of a line is horizontal or vertical, and then
    /// both alternate.
    let loops: [[Corner]]

    init(_ mask: Mask) {
        let columns = mask.width + 1
        var edges = Self.edges(of: mask)
        let steps = [1, columns, -1, -columns]
        func corner(_ place: Int) -> Corner { Corner(x: place % columns, y: place / columns) }
        var loops: [[Corner]] = []
        for start in edges.indices {
            while edges[start] != 0 {
                var direction = edges[start].trailingZeroBitCount
                var loop = [corner(start)]
                var place = start
                repeat {
                    edges[place] &= ~(1 << UInt8(direction))
                    place += steps[direction]
                    let turns = [1, 0, 3].map { (direction + $0) % 4 }
                    let next = turns.first { edges[place] & (1 << UInt8($0)) != 0 }
                    guard let next else { break }
                    if next != direction { loop.append(corner(place)) }
                    direction = next
                } while true
                loops.append(loop)
            }
        }
        self.loops = loops
    }

    /// Bit d of a corner: an edge leads from it to the right, down, left or up.
    private static func edges(of mask: Mask) -> [UInt8] {
        let (height, width) = (mask.height, mask.width)
        func isInside(_ y: Int, _ x: Int) -> Bool {
            (0..<height).contains(y) && (0..<width).contains(x) && mask.pixels[y * width + x]
        }
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
        return edges
    }
}

extension Mask {
    /// A smaller mask in which every pixel of the mask is still there.
    ///
    /// A small region would vanish by nearest neighbour.
    func keepingEveryPixel(longestSide: Int) -> Mask {
        let longest = max(height, width)
        guard longest > longestSide else { return self }
        let (newHeight, newWidth) = (
            max(1, height * longestSide / longest), max(1, width * longestSide / longest)
        )
        var result = resized(height: newHeight, width: newWidth)
        for y in 0..<height {
            for x in 0..<width where pixels[y * width + x] {
                result.pixels[y * newHeight / height * newWidth + x * newWidth / width] = true
            }
        }
        return result
    }
}

extension Mask {
    /// The bounding boxes of the connected regions, united.
    ///
    /// Pixels that touch at an edge or a corner are connected. So two findings in two lungs give
    /// two boxes, as people draw them, and not one box across the chest.
    public var boxesOfRegions: Mask {
        var result = Mask(height: height, width: width)
        var isSeen = [Bool](repeating: false, count: pixels.count)
        for start in pixels.indices where pixels[start] && !isSeen[start] {
            let box = box(from: start, &isSeen)
            for y in box.rows {
                for x in box.columns { result.pixels[y * width + x] = true }
            }
        }
        return result
    }

    /// The bounding box of the connected region of a pixel; marks its pixels as seen.
    private func box(
        from start: Int, _ isSeen: inout [Bool]
    ) -> (rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
        var (top, bottom) = (start / width, start / width)
        var (left, right) = (start % width, start % width)
        var open = [start]
        isSeen[start] = true
        while let index = open.popLast() {
            let (y, x) = index.quotientAndRemainder(dividingBy: width)
            (top, bottom) = (min(top, y), max(bottom, y))
            (left, right) = (min(left, x), max(right, x))
            for otherY in max(0, y - 1)...min(height - 1, y + 1) {
                for otherX in max(0, x - 1)...min(width - 1, x + 1) {
                    let other = otherY * width + otherX
                    guard pixels[other], !isSeen[other] else { continue }
                    isSeen[other] = true
                    open.append(other)
                }
            }
        }
        return (top...bottom, left...right)
    }
}

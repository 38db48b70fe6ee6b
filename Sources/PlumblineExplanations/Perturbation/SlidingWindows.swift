/// The positions of square windows over an enlarged image.
struct SlidingWindows {
    /// The size of the enlarged image.
    let height: Int
    let width: Int
    /// The side of a window: the shorter side of the original image.
    let side: Int
    let positions: [(top: Int, left: Int)]

    /// - Parameter added: pixels by which the shorter side grows.
    init(height: Int, width: Int, added: Int) {
        side = min(height, width)
        self.height = (side + added) * height / side
        self.width = (side + added) * width / side
        let tops = Self.starts(self.height, side)
        let lefts = Self.starts(self.width, side)
        positions = tops.flatMap { top in lefts.map { (top, $0) } }
    }

    /// Where windows start that lie side by side.
    ///
    /// The last one ends at the edge.
    private static func starts(_ size: Int, _ side: Int) -> [Int] {
        stride(from: 0, to: size - side, by: side) + [size - side]
    }
}

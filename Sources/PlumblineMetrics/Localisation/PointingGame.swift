/// Whether the most relevant pixel of a map hits the object.
public enum PointingGame {
    /// The pointing game (Zhang et al., arXiv 1608.00507): 1 where the most relevant pixel is at
    /// most `tolerance` pixels from the mask, else 0.
    ///
    /// Higher is better. Of several pixels with the largest value, the share that hits counts.
    /// CheXlocalize's hit rate is the mean over images with a tolerance of 0.
    ///
    /// - Parameters:
    ///   - mask: as many pixels as the map.
    ///   - tolerance: in pixels of the map; 15 in the paper.
    ///   - ranking: of the map's pixels, where it is known.
    /// - Returns: missing if the mask is empty, or if the map is not finite or constant.
    public static func hit(
        _ map: HeatMap, _ mask: [Bool], tolerance: Int = 15, ranking: PixelRanking? = nil
    ) -> Measured {
        precondition(
            mask.count == map.values.count,
            "PointingGame: a mask of \(mask.count) pixels for a map of \(map.values.count)")
        if !mask.hasPixel { return .missing(.emptyMask) }
        if let defect = map.orderDefect { return .missing(defect) }
        let points =
            ranking?.highest ?? map.values.indices.filter { map.values[$0] == map.highest }
        let hits = points.count { isNear($0, mask, map.height, map.width, tolerance) }
        return .value(Double(hits) / Double(points.count))
    }

    /// The share of pixels that would hit: the expected score of a map whose pixels are shuffled.
    ///
    /// - Parameters:
    ///   - mask: `height * width`, row by row.
    ///   - tolerance: in pixels.
    public static func chance(
        _ mask: [Bool], height: Int, width: Int, tolerance: Int = 15
    ) -> Double {
        precondition(mask.count == height * width, "PointingGame: \(mask.count) pixels")
        if tolerance == 0 { return Double(mask.pixelCount) / Double(mask.count) }
        // The number of discs that begin minus those that end, along each row.
        var changes = [Int32](repeating: 0, count: height * (width + 1))
        let reaches = (0...tolerance).map {
            Int(Double(tolerance * tolerance - $0 * $0).squareRoot())
        }
        for y in 0..<height {
            var x = 0
            while x < width {
                guard mask[y * width + x] else {
                    x += 1
                    continue
                }
                var end = x + 1
                while end < width, mask[y * width + end] { end += 1 }
                for row in max(0, y - tolerance)...min(height - 1, y + tolerance) {
                    let reach = reaches[abs(row - y)]
                    changes[row * (width + 1) + max(0, x - reach)] += 1
                    changes[row * (width + 1) + min(width, end + reach)] -= 1
                }
                x = end
            }
        }
        var area = 0
        for y in 0..<height {
            var depth: Int32 = 0
            for x in 0..<width {
                depth += changes[y * (width + 1) + x]
                if depth > 0 { area += 1 }
            }
        }
        return Double(area) / Double(mask.count)
    }

    /// AutoTimm's variant: whether the upper left corner of the most relevant cell lies in a box.
    ///
    /// The map is taken at its own resolution, and the first of equal cells counts. The box
    /// includes its right and lower sides.
    ///
    /// - Parameter box: in pixels of an image of `height x width`.
    /// - Returns: missing if the map is not finite or constant.
    public static func cornerHit(
        _ map: HeatMap, box: (left: Double, top: Double, right: Double, bottom: Double),
        height: Int, width: Int
    ) -> Measured {
        if let defect = map.orderDefect { return .missing(defect) }
        guard let cell = map.values.firstIndex(of: map.highest) else { return .missing(.noImages) }
        let y = Double(cell / map.width) * Double(height) / Double(map.height)
        let x = Double(cell % map.width) * Double(width) / Double(map.width)
        let hits = (box.left...box.right).contains(x) && (box.top...box.bottom).contains(y)
        return .value(hits ? 1 : 0)
    }

    /// Whether a pixel is at most `tolerance` from a pixel of the mask.
    private static func isNear(
        _ index: Int, _ mask: [Bool], _ height: Int, _ width: Int, _ tolerance: Int
    ) -> Bool {
        if mask[index] { return true }
        let (y, x) = (index / width, index % width)
        for row in max(0, y - tolerance)...min(height - 1, y + tolerance) {
            let across = tolerance * tolerance - (row - y) * (row - y)
            let reach = Int(Double(across).squareRoot())
            for column in max(0, x - reach)...min(width - 1, x + reach)
            where mask[row * width + column] { return true }
        }
        return false
    }
}

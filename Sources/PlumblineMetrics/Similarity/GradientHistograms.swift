import Foundation

extension MapSimilarity {
    /// Pearson's correlation of the histograms of oriented gradients (Dalal and Triggs, 2005).
    ///
    /// Adebayo et al. (arXiv 1810.03292) compare maps so.
    ///
    /// Each map is first scaled to 0 ... 1. Cells of 16 x 16 pixels, 8 orientations, each cell
    /// normalised by L2-Hys. From -1 to 1.
    ///
    /// - Returns: missing if a map is not finite or constant, has a side below 16 pixels, or has no
    ///   gradient in any whole cell.
    public static func orientedGradients(_ first: HeatMap, _ second: HeatMap) -> Measured {
        if let defect = defect(first, second) { return .missing(defect) }
        guard min(first.height, first.width) >= cellSide else { return .missing(.smallMap) }
        return pearsonCorrelation(histograms(first), histograms(second))
    }

    private static let cellSide = 16
    private static let orientations = 8

    private static func histograms(_ map: HeatMap) -> [Double] {
        let (height, width) = (map.height, map.width)
        let values = scaled(map)
        let (rows, columns) = (height / cellSide, width / cellSide)
        var cells = [Double](repeating: 0, count: rows * columns * orientations)
        for y in 0..<(rows * cellSide) {
            for x in 0..<(columns * cellSide) {
                let index = y * width + x
                let down =
                    y > 0 && y < height - 1 ? values[index + width] - values[index - width] : 0
                let across = x > 0 && x < width - 1 ? values[index + 1] - values[index - 1] : 0
                let size = hypot(down, across)
                guard size > 0 else { continue }
                var angle = atan2(down, across) * 180 / .pi
                if angle < 0 { angle += 180 }
                if angle >= 180 { angle -= 180 }
                let bin = min(Int(angle * Double(orientations) / 180), orientations - 1)
                let cell = y / cellSide * columns + x / cellSide
                cells[cell * orientations + bin] += size / Double(cellSide * cellSide)
            }
        }
        for cell in 0..<(rows * columns) {
            normalise(&cells[(cell * orientations)..<((cell + 1) * orientations)])
        }
        return cells
    }

    /// L2-Hys: the length becomes 1, entries are cut at 0.2, and the length becomes 1 again.
    private static func normalise(_ cell: inout ArraySlice<Double>) {
        func length() -> Double { (cell.reduce(0) { $0 + $1 * $1 } + 1e-10).squareRoot() }
        let first = length()
        for index in cell.indices { cell[index] = min(cell[index] / first, 0.2) }
        let second = length()
        for index in cell.indices { cell[index] /= second }
    }
}

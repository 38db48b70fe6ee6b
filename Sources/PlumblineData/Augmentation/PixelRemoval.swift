import PlumblineTensors

/// How pixels are removed at random from the images that a model is adapted to.
///
/// A metric that removes pixels in the same way then asks the adapted model about images of a kind
/// that it was trained on. A removed pixel has the mean that the preprocessing subtracts: 0 in the
/// model's input.
public enum PixelRemoval: String, CaseIterable, Sendable {
    /// One patch of a grid, in half of the images (Hesse et al., arXiv 2407.11910, section 3).
    case patches
    /// A share of the pixels of each image (Zheng et al., arXiv 2410.02970, section 3).
    ///
    /// All channels of a pixel are removed. The authors' `RandomPixelRemoval` removes the first
    /// channel alone.
    case pixels

    /// Patches per row and column of the grid.
    public static let gridSide = 4
    /// The share of the pixels that ``pixels`` removes: beta of arXiv 2410.02970.
    public static let share = 0.1

    /// The pixels of each patch of the grid, `[gridSide * gridSide]`, from the top left patch on.
    ///
    /// If a side is no multiple of ``gridSide``, patches differ by one pixel.
    ///
    /// - Returns: indices `y * width + x`.
    public static func grid(height: Int, width: Int) -> [[Int]] {
        func ranges(_ length: Int) -> [Range<Int>] {
            func start(_ index: Int) -> Int { (index * length + gridSide - 1) / gridSide }
            return (0..<gridSide).map { start($0)..<start($0 + 1) }
        }
        return ranges(height).flatMap { rows in
            ranges(width).map { columns in
                rows.flatMap { y in columns.map { y * width + $0 } }
            }
        }
    }

    /// The pixels that are removed from one image.
    ///
    /// - Returns: indices `y * width + x`.
    package func draw(height: Int, width: Int, _ random: RandomGenerator) -> [Int] {
        var random = random
        switch self {
        case .patches:
            guard random.uniform() < 0.5 else { return [] }
            let grid = Self.grid(height: height, width: width)
            return grid[random.index(below: grid.count)]
        case .pixels:
            let count = Int(Self.share * Double(height * width))
            return Array((0..<height * width).shuffled(using: &random).prefix(count))
        }
    }
}

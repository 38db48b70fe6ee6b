import PlumblineTensors

/// Smooth noise: random values on a grid, interpolated.
struct SmoothNoise {
    private let size: Int
    private let values: [Float]

    /// - Parameter cells: the number of grid cells along a side of the image.
    init(cells: Int, _ random: inout RandomGenerator) {
        size = cells + 2
        values = (0..<(size * size)).map { _ in random.uniform(-1, 1) }
    }

    /// The noise at coordinates from -1 to 1.
    func at(_ u: Float, _ v: Float) -> Float {
        let x = min(Float(size) - 1.001, max(0, (u + 1) / 2 * Float(size - 1)))
        let y = min(Float(size) - 1.001, max(0, (v + 1) / 2 * Float(size - 1)))
        let i = Int(x)
        let j = Int(y)
        let fx = smoothstep(0, 1, x - Float(i))
        let fy = smoothstep(0, 1, y - Float(j))
        let top = values[j * size + i] * (1 - fx) + values[j * size + i + 1] * fx
        let bottom = values[(j + 1) * size + i] * (1 - fx) + values[(j + 1) * size + i + 1] * fx
        return top * (1 - fy) + bottom * fy
    }
}

/// A smooth step from 0 at `low` to 1 at `high`; `low` may be the larger one.
func smoothstep(_ low: Float, _ high: Float, _ x: Float) -> Float {
    let t = min(1, max(0, (x - low) / (high - low)))
    return t * t * (3 - 2 * t)
}

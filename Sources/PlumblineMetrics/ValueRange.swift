/// The smallest and the largest of some values, and whether all are finite.
struct ValueRange {
    /// Undefined where a value is not finite; above ``highest`` where there is no value.
    let lowest: Float
    let highest: Float
    let isFinite: Bool

    init(_ values: UnsafeBufferPointer<Float>) {
        var low = SIMD8<Float>(repeating: .infinity)
        var high = SIMD8<Float>(repeating: -.infinity)
        // 0 as long as every value is finite: infinity times 0 is NaN.
        var zero = SIMD8<Float>(repeating: 0)
        let whole = values.count / 8 * 8
        for start in stride(from: 0, to: whole, by: 8) {
            let part = UnsafeRawPointer(values.baseAddress! + start)
                .loadUnaligned(as: SIMD8<Float>.self)
            zero += part * 0
            low.replace(with: part, where: part .< low)
            high.replace(with: part, where: part .> high)
        }
        for value in values[whole...] {
            zero[0] += value * 0
            if value < low[0] { low[0] = value }
            if value > high[0] { high[0] = value }
        }
        (lowest, highest, isFinite) = (low.min(), high.max(), !zero.sum().isNaN)
    }
}

/// The colours of a heat map, from black through purple and orange to pale yellow.
///
/// They are eleven points of matplotlib's "inferno". Its lightness increases evenly.
enum ColourMap {
    private static let points: [(Float, Float, Float)] = [
        (0.001, 0.000, 0.014), (0.087, 0.045, 0.225), (0.258, 0.039, 0.406), (0.416, 0.090, 0.433),
        (0.578, 0.148, 0.404),
        (0.736, 0.216, 0.330), (0.865, 0.317, 0.226), (0.955, 0.470, 0.100), (0.988, 0.645, 0.040),
        (0.964, 0.844, 0.273),
        (0.988, 0.998, 0.645),
    ]

    /// The colour of a value from 0 to 1.
    static func colour(_ value: Float) -> (Float, Float, Float) {
        let position = min(1, max(0, value)) * Float(points.count - 1)
        let low = min(points.count - 2, Int(position))
        let share = position - Float(low)
        let (a, b) = (points[low], points[low + 1])
        return (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share, a.2 + (b.2 - a.2) * share)
    }
}

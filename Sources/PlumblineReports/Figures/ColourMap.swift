/// Perceptually even colour maps: equal steps of a value look like equal steps.
///
/// `viridis`, `inferno` and `cividis` are matplotlib's, sampled at 17 places: between them, a
/// channel differs by at most 0.03. They are the colours of the page of `view`. Cividis is made for
/// readers with deficient colour vision. `diverging` is for maps with signs: blue below zero, light
/// grey at zero, red above, with a lightness that falls evenly on both sides.
public enum ColourMap: String, CaseIterable, Sendable {
    case viridis
    case inferno
    case cividis
    case diverging

    /// The colour of a value from 0 to 1, as red, green and blue from 0 to 1.
    ///
    /// It is interpolated between the two nearest of ``points``. Values outside take the ends.
    public func colour(_ value: Float) -> (red: Float, green: Float, blue: Float) {
        let points = Self.tables[self]!
        let place = min(1, max(0, value)) * Float(points.count - 1)
        let low = min(points.count - 2, Int(place))
        let part = (points[low + 1] - points[low]) * (place - Float(low)) + points[low]
        return (part.x, part.y, part.z)
    }

    /// The sampled colours from low to high, as hexadecimal RGB.
    var points: [String] {
        switch self {
        case .viridis:
            [
                "440154", "48186a", "472d7b", "424086", "3b528b", "33638d", "2c728e", "26828e",
                "21918c", "1fa088", "28ae80", "3fbc73", "5ec962", "84d44b", "addc30", "d8e219",
                "fde725",
            ]
        case .inferno:
            [
                "000004", "0b0724", "210c4a", "3d0965", "57106e", "71196e", "8a226a", "a32c61",
                "bc3754", "d24644", "e45a31", "f1731d", "f98e09", "fcac11", "f9cb35", "f2ea69",
                "fcffa4",
            ]
        case .cividis:
            [
                "00224e", "002e6a", "1a386f", "32436d", "434e6c", "535a6d", "61656f", "6f7073",
                "7d7c78", "8c8878", "9b9476", "aba072", "bcae6c", "cdbb63", "dec958", "f0d846",
                "fee838",
            ]
        case .diverging:
            [
                "005ab3", "006bc7", "007dd8", "2c8fe4", "61a1ec", "88b3f1", "acc6f2", "cedaf1",
                "eeeeee", "f2d2cc", "f2b7ac", "ee9c8e", "e58373", "d86a5a", "c85344", "b43d32",
                "9e2922",
            ]
        }
    }

    private static let tables = Dictionary(
        uniqueKeysWithValues: allCases.map { map in
            (
                map,
                map.points.map { text -> SIMD3<Float> in
                    let number = UInt32(text, radix: 16)!
                    return SIMD3(
                        Float(number >> 16), Float(number >> 8 & 255), Float(number & 255)) / 255
                }
            )
        })
}

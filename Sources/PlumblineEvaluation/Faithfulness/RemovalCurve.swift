import PlumblineMetrics

/// The model's probability while pixels are removed or inserted, the most relevant first.
struct RemovalCurve {
    /// From the first image to the last: one more than there are steps.
    let values: [Double]
    /// The probability at the whole image.
    let original: Double

    /// The area under the curve by the trapezoid rule, over 0 to 1.
    var area: Double { Self.area(values) }

    /// The area by every second value, to see what fewer steps cost.
    var areaOfHalf: Double {
        Self.area(stride(from: 0, to: values.count, by: 2).map { values[$0] })
    }

    /// A value divided by the probability at the image.
    func relative(_ value: Double) -> Measured {
        original > 0 ? .value(value / original) : .missing(.noProbability)
    }

    /// How much the whole of the curve changes: the share that is lost by a deletion, the sign of
    /// what an insertion gains.
    func end(_ direction: RemovalDirection) -> Measured {
        switch direction {
        case .deletion: return relative(original - (values.last ?? original))
        case .insertion:
            let rise = original - (values.first ?? 0)
            return rise == 0 ? .missing(.noProbability) : .value(rise > 0 ? 1 : -1)
        }
    }

    /// The curve as it is stored, for the quantity of a name.
    func curve(_ metric: String) -> Curve {
        let steps = Double(values.count - 1)
        return Curve(metric, shares: values.indices.map { Double($0) / steps }, values: values)
    }

    private static func area(_ values: [Double]) -> Double {
        guard values.count > 1 else { return values.first ?? 0 }
        let inner = values.dropFirst().dropLast().reduce(0, +)
        return (inner + (values[0] + values[values.count - 1]) / 2) / Double(values.count - 1)
    }
}

extension Evidence {
    /// - Returns: missing if the map is not finite or constant.
    func curve(
        _ direction: RemovalDirection, steps: Int, _ replacement: Replacement,
        leastRelevantFirst: Bool = false
    ) -> Result<RemovalCurve, MissingCurve> {
        let map = pixelRelevance()
        if let defect = map.orderDefect { return .failure(MissingCurve(reason: defect)) }
        let descending = pixelOrder(map)
        let order = leastRelevantFirst ? descending.reversed() : descending
        let other = self.replacement(replacement)
        let channels = image.shape[3]
        let original = answer(.probability)
        // The whole image is known: it is the first of a deletion and the last of an insertion.
        let changed = answers(.probability, count: steps) { index, pixels in
            let step = direction == .deletion ? index + 1 : index
            let count = Int((Double(step) * Double(order.count) / Double(steps)).rounded())
            let hidden = direction == .deletion ? order[..<count] : order[count...]
            for pixel in hidden {
                for index in (pixel * channels)..<((pixel + 1) * channels) {
                    pixels[index] = other[index]
                }
            }
        }
        let values = direction == .deletion ? [original] + changed : changed + [original]
        return .success(RemovalCurve(values: values, original: original))
    }
}

/// Why there is no curve.
struct MissingCurve: Error {
    let reason: MissingReason
}

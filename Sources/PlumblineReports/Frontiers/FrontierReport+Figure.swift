extension FrontierReport {
    /// The metrics with their parts, in the order of the files, and a figure for each.
    ///
    /// A line is the mean over seeds, its band the 95% interval, and each point a fine-tuned pair
    /// with its lambda. The vertical line is the stated loss.
    public func figures(width: Double = 150) -> [(name: String, figure: Figure)] {
        var keys: [ScoreKey] = []
        for curve in curves where !keys.contains(curve.key) { keys.append(curve.key) }
        return keys.map { key in
            let own = curves.filter { $0.key == key }
            let name = key.part.isEmpty ? key.metric : "\(key.metric)_\(key.part)"
            return (name, Figure(width: width, plots: [plot(key, own)]))
        }
    }

    private func plot(_ key: ScoreKey, _ own: [FrontierCurve]) -> Plot {
        let last = own.map(end).max() ?? loss
        var marks: [Mark] = [.vertical(loss, Style(.grey, lineWidth: 0.7, dash: [3, 2]))]
        var heights = [0.0]
        for (index, curve) in own.enumerated() {
            let style = Style.series(index)
            let losses = curve.losses(to: last)
            let estimates = losses.map { curve.gap(at: $0) }
            let lower = estimates.map { $0.interval?.lower ?? $0.mean }
            let upper = estimates.map { $0.interval?.upper ?? $0.mean }
            var pale = style
            pale.colour.opacity = 0.15
            let steps = Self.staircase(losses)
            marks.append(
                .band(
                    x: steps.map(\.place), low: steps.map { lower[$0.index] },
                    high: steps.map { upper[$0.index] }, pale))
            marks.append(
                .line(
                    steps.map { .init($0.place, estimates[$0.index].mean) }, style,
                    label: curve.title))
            marks.append(
                .points(
                    curve.pairs.map { .init(max(0, $0.point.loss), $0.point.gap) }, style,
                    texts: curve.pairs.map { $0.lambda.map(Self.short) ?? "" }))
            heights += lower + upper + curve.pairs.map(\.point.gap)
        }
        return Plot(
            x: Axis("loss of AUROC", holding: [0, last]),
            y: Axis("gap of \(key.title)", holding: heights), marks: marks)
    }

    /// The corners of a staircase: each place, and the next place at the height of this one.
    private static func staircase(_ losses: [Double]) -> [(place: Double, index: Int)] {
        losses.indices.flatMap { index in
            index + 1 < losses.count
                ? [(losses[index], index), (losses[index + 1], index)] : [(losses[index], index)]
        }
    }

    private static func short(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
    }
}

extension PartsComparison {
    /// A scatter of score against error, whose quadrants are named.
    ///
    /// - Parameter width: in millimetres.
    public func figure(width: Double = 130) -> Figure {
        let x = axis("top-1 error", points.map(\.error) + [errorSplit])
        let y = axis(scoreName, points.map(\.score) + [scoreSplit])
        let split = Style(.grey, lineWidth: 0.9, dash: [4, 2.5])
        var marks: [Mark] = [.vertical(errorSplit, split), .horizontal(scoreSplit, split)]
        let files = points.reduce(into: [String]()) { names, point in
            if !names.contains(point.file) { names.append(point.file) }
        }
        // Names of classes beside the points, where there is room for them.
        let isNamed = points.count <= 40
        for (index, file) in files.enumerated() {
            let own = points.filter { $0.file == file }
            marks.append(
                .points(
                    own.map { .init($0.error, $0.score) }, .series(index),
                    texts: isNamed ? own.map(\.className) : [], label: file))
        }
        marks += names(x.range, y.range)
        return Figure(
            title: "PH and top-1 error", width: width,
            plots: [Plot(x: x, y: y, marks: marks, aspect: 0.8)])
    }

    private func axis(_ label: String, _ values: [Double]) -> Axis {
        let low = values.min() ?? 0
        let high = values.max() ?? 1
        let room = max(0.05, 0.12 * (high - low))
        return Axis(label, (low - room)...(high + room))
    }

    /// The name of each quadrant in its corner.
    private func names(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> [Mark] {
        let style = Style(.grey)
        let xRoom = 0.015 * (x.upperBound - x.lowerBound)
        let yRoom = 0.035 * (y.upperBound - y.lowerBound)
        return [false, true].flatMap { hasError in
            [false, true].map { isHigh in
                Mark.text(
                    Self.name(isHigh: isHigh, hasError: hasError),
                    .init(
                        hasError ? x.upperBound - xRoom : x.lowerBound + xRoom,
                        isHigh ? y.upperBound - yRoom : y.lowerBound + yRoom),
                    hasError ? .end : .start, style)
            }
        }
    }
}

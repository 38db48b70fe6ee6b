import PlumblineStatistics

/// Figures of the values of scores: densities, box plots, scatters.
extension Viewer {
    /// The values of a score in a run: of all images that have one.
    private func values(_ key: String, run: Int) throws -> [Double] {
        try score(key).values.run(run).lazy.filter { !$0.isNaN }.map(Double.init)
    }

    /// The density of each score, a line per run, by ``KernelDensity``.
    ///
    /// - Throws: ``SelectionError`` for a run or a score that the results do not have.
    public func densities(_ keys: [String], runs: [Int], width: Double) throws -> Figure {
        let plots = try keys.map { key -> Plot in
            let all = try runs.map { try values(key, run: checked(run: $0)) }
            let low = all.joined().min() ?? 0
            let high = all.joined().max() ?? 1
            let room = max(0.05 * (high - low), 1e-6)
            let places = (0...200).map {
                low - room + Double($0) / 200 * (high - low + 2 * room)
            }
            var marks: [Mark] = []
            var highest = 0.0
            for (number, run) in runs.enumerated() {
                guard let density = KernelDensity(all[number]) else { continue }
                let heights = places.map(density.at)
                highest = max(highest, heights.max() ?? 0)
                let style = Style.series(number)
                marks.append(.band(x: places, low: places.map { _ in 0 }, high: heights, style))
                let points = zip(places, heights).map { Mark.Point($0, $1) }
                marks.append(.line(points, style, label: title(of: run)))
            }
            return Plot(
                title: try scoreTitle(key), x: Axis(try axisLabel(key), places[0]...places[200]),
                y: Axis("density", 0...(highest > 0 ? 1.05 * highest : 1)), marks: marks)
        }
        return figure(plots, width: width, caption: try counts(keys, runs))
    }

    /// Box plots of each score, a box per run.
    ///
    /// - Throws: ``SelectionError`` for a run or a score that the results do not have.
    public func boxes(_ keys: [String], runs: [Int], width: Double) throws -> Figure {
        let plots = try keys.map { key -> Plot in
            let all = try runs.map { try values(key, run: checked(run: $0)) }
            let boxes = all.enumerated().compactMap { Box($1, at: Double($0)) }
            return Plot(
                title: try scoreTitle(key), x: Axis("", names: runs.map { title(of: $0) }),
                y: Axis(try axisLabel(key), holding: all.flatMap { $0 }),
                marks: [.boxes(boxes, .series(0))])
        }
        return figure(plots, width: width, caption: try counts(keys, runs))
    }

    /// One score over another, a point per image and a look per run.
    ///
    /// - Throws: ``SelectionError`` for a run or a score that the results do not have.
    public func scatter(x: String, y: String, runs: [Int], width: Double) throws -> Figure {
        let (first, second) = (try score(x).values, try score(y).values)
        let marks = try runs.enumerated().map { number, run -> Mark in
            let run = try checked(run: run)
            let points = images.indices.map {
                Mark.Point(Double(first[run, $0]), Double(second[run, $0]))
            }
            return .points(points, .series(number), label: title(of: run))
        }
        let points = marks.flatMap { mark -> [Mark.Point] in
            if case .points(let points, _, _, _) = mark { points.filter(\.isFinite) } else { [] }
        }
        let plot = Plot(
            x: Axis(try axisLabel(x), holding: points.map(\.x)),
            y: Axis(try axisLabel(y), holding: points.map(\.y)), marks: marks, aspect: 0.8)
        return figure([plot], width: width, caption: try counts([x, y], runs))
    }

    private func figure(_ plots: [Plot], width: Double, caption: [String]) -> Figure {
        var figure = Figure(
            width: width, columns: min(plots.count, max(1, Int(width / 80))), plots: plots)
        figure.caption = caption
        return figure
    }

    private func axisLabel(_ key: String) throws -> String {
        let unit = try score(key).facts.unit
        return try scoreTitle(key) + (unit.isEmpty ? "" : " (\(unit))")
    }

    /// By run, how many images have each score.
    private func counts(_ keys: [String], _ runs: [Int]) throws -> [String] {
        try runs.map { run in
            var selection = ViewerSelection()
            selection.run = run
            let all = try images(selection).count
            let texts = try keys.map { key in
                let present = try values(key, run: run).count
                return "\(try scoreTitle(key)) \(present) images, \(all - present) missing"
            }
            return "\(title(of: run)): \(texts.joined(separator: "; "))."
        }
    }
}

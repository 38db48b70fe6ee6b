import PlumblineStatistics

/// The figures of the published analysis.
public enum PublishedFigures {
    private static let modelNames = [
        "densenet": "DenseNet", "vit": "ViT", "swinvit": "Swin-ViT",
    ]
    private static let methodNames = [
        "gradient": "VG", "integrated_gradients": "IG", "smoothgrad": "SG", "lrp": "LRP",
    ]

    /// All figures, with the names of their files.
    public static func all(_ scores: PublishedScores) -> [(name: String, figure: Figure)] {
        var figures = [
            (name: "labels_vit_all", figure: labels(scores, methods: PublishedRow.methods)),
            (name: "labels_vit_ig", figure: labels(scores, methods: ["integrated_gradients"])),
        ]
        for initialisation in PublishedRow.initialisations {
            for accuracy in PublishedAccuracy.allCases {
                figures.append(
                    (
                        name: "densities_\(accuracy)_\(initialisation)",
                        figure: densities(scores, accuracy, initialisation: initialisation)
                    ))
            }
        }
        return figures
    }

    /// The mass gap over the rank gap of the pre-trained ViT, a colour per finding, and a plot per
    /// method.
    ///
    /// Several plots have the axes of the published figure, and their titles count the points that
    /// are outside. One plot alone holds all of its points.
    public static func labels(_ scores: PublishedScores, methods: [String]) -> Figure {
        let rows = scores.rows.filter {
            $0.cell.model == "vit" && $0.cell.initialisation == "pretrained"
                && methods.contains($0.cell.method)
        }
        let isAlone = methods.count == 1
        let (x, y) = ("rank accuracy gap", "mass accuracy gap")
        let gaps = rows.map(\.rankGap) + rows.map(\.massGap) + [0]
        let range = isAlone ? (gaps.min()! - 0.02)...(gaps.max()! + 0.02) : -0.15...0.45
        let zero = Style(.grey, lineWidth: 0.7, dash: [3, 2])
        let plots = methods.map { method in
            let own = rows.filter { $0.cell.method == method }
            let outside = own.filter {
                !range.contains($0.rankGap) || !range.contains($0.massGap)
            }
            let marks = scores.labels.enumerated().compactMap { index, label -> Mark? in
                let points = own.filter { $0.cell.label == label }
                    .map { Mark.Point($0.rankGap, $0.massGap) }
                return points.isEmpty ? nil : Mark.points(points, style(index), label: label)
            }
            return Plot(
                title: "ViT, \(methodNames[method] ?? method)"
                    + (outside.isEmpty ? "" : " (\(outside.count) outside)"),
                x: Axis(x, range), y: Axis(y, range),
                marks: [.horizontal(0, zero), .vertical(0, zero)] + marks, aspect: 1)
        }
        return Figure(
            title: "Pre-trained ViT: gaps by finding", width: isAlone ? 120 : 240,
            columns: methods.count, plots: plots)
    }

    private static func style(_ index: Int) -> Style {
        var style = Style.series(index)
        // The ninth finding has a look of its own.
        if index % 9 == 8 { style = Style(.init(0.45, 0.25, 0.10), symbol: .square) }
        style.colour.opacity = 0.8
        return style
    }

    /// The densities of an accuracy, aligned and misaligned: a plot for each model and method.
    public static func densities(
        _ scores: PublishedScores, _ accuracy: PublishedAccuracy, initialisation: String
    ) -> Figure {
        let end = 0.61
        var plots: [Plot] = []
        for model in PublishedRow.models {
            for method in PublishedRow.methods {
                let rows = scores.rows.filter {
                    $0.cell.model == model && $0.cell.method == method
                        && $0.cell.initialisation == initialisation
                }
                plots.append(
                    plot(
                        rows, accuracy, end: end,
                        title: "\(modelNames[model] ?? model), \(methodNames[method] ?? method)"))
            }
        }
        let start = initialisation == "pretrained" ? "pre-trained" : "from scratch"
        return Figure(
            title: "\(accuracy == .mass ? "Mass" : "Rank") accuracy, \(start)", width: 240,
            columns: PublishedRow.methods.count, plots: plots)
    }

    private static func plot(
        _ rows: [PublishedRow], _ accuracy: PublishedAccuracy, end: Double, title: String
    ) -> Plot {
        let aligned = rows.map { accuracy == .mass ? $0.alignedMass : $0.alignedRank }
        let misaligned = rows.map { accuracy == .mass ? $0.misalignedMass : $0.misalignedRank }
        let places = (0...244).map { Double($0) / 244 * end }
        var marks: [Mark] = []
        var highest = 0.0
        for (values, style, label) in [
            (aligned, Style.series(0), "align"), (misaligned, Style.series(1), "misalign"),
        ] {
            guard let density = KernelDensity(values, bounds: 0...1) else { continue }
            let heights = places.map(density.at)
            highest = max(highest, heights.max() ?? 0)
            marks.append(
                .band(x: places, low: places.map { _ in 0 }, high: heights, style))
            marks.append(
                .line(zip(places, heights).map { Mark.Point($0, $1) }, style, label: label))
        }
        if marks.isEmpty {
            marks.append(.text("no rows", .init(end / 2, 0.5), .middle, Style(.grey)))
        }
        return Plot(
            title: title, x: Axis("\(accuracy.rawValue) accuracy", 0...end),
            y: Axis("density", 0...(highest > 0 ? 1.05 * highest : 1)), marks: marks)
    }
}

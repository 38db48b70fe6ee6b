import PlumblineStatistics

extension FrontierReport {
    private static let factorNames = [
        "class", "model", "pretraining", "trained_through", "explanation", "settings", "metric",
        "part",
    ]

    private func factors(_ curve: FrontierCurve) -> [ReportTable.Cell] {
        let own = curve.factors
        let settings = [own.settings, own.tuneSettings].filter { !$0.isEmpty }
        return [
            own.className, own.model, own.pretraining, own.trainedThrough, own.explanation,
            settings.joined(separator: "; "), curve.key.metric, curve.key.part,
        ].map { .text($0) }
    }

    private func cells(_ estimate: FrontierCurve.Estimate) -> [ReportTable.Cell] {
        [
            .number(estimate.mean), estimate.interval.map { .number($0.lower) } ?? .missing,
            estimate.interval.map { .number($0.upper) } ?? .missing,
        ]
    }

    /// The bend budget of each curve: the gap that is reached at the loss, and the area.
    public var budgets: ReportTable {
        var table = ReportTable(
            "budgets", title: "Bend budget at a loss of AUROC of \(loss)",
            header: Self.factorNames + [
                "gap", "gap_lower", "gap_upper", "area", "area_lower", "area_upper", "seeds",
                "starting_models",
            ])
        for curve in curves {
            table.add(
                factors(curve) + cells(curve.gap(at: loss)) + cells(curve.area(to: loss))
                    + [.count(curve.seeds), .count(curve.startingModels)])
        }
        table.notes = [
            "gap: the largest one of a pair whose AUROC fell by at most the loss; area: its mean "
                + "over all losses from 0 on",
            "intervals: 95%, Student's t over starting models, for normal differences; none for "
                + "one starting model",
        ]
        if pairsWithoutAUROC > 0 {
            table.notes.append(
                "\(pairsWithoutAUROC) pairs are left out: an AUROC of theirs, or of their starting "
                    + "model, is missing")
        }
        return table
    }

    /// The frontier of each curve at every loss where it grows for some seed.
    public var frontiers: ReportTable {
        var table = ReportTable(
            "frontiers", title: "Gap against loss of AUROC",
            header: Self.factorNames + ["loss", "gap", "lower", "upper", "seeds"])
        for curve in curves {
            for place in curve.losses(to: end(curve)) {
                table.add(
                    factors(curve) + [.number(place)] + cells(curve.gap(at: place))
                        + [.count(curve.seeds)])
            }
        }
        return table
    }

    /// Each fine-tuned pair.
    public var points: ReportTable {
        var table = ReportTable(
            "points", title: "Fine-tuned pairs",
            header: Self.factorNames + ["lambda", "seed", "starting_model", "loss", "gap"])
        for curve in curves {
            for pair in curve.pairs {
                table.add(
                    factors(curve) + [
                        pair.lambda.map { .number($0) } ?? .missing, .text(pair.seed),
                        .text(pair.start), .number(pair.point.loss), .number(pair.point.gap),
                    ])
            }
        }
        return table
    }

    /// The largest loss of a curve's pairs, or the stated one if it is larger.
    func end(_ curve: FrontierCurve) -> Double {
        max(loss, curve.pairs.map(\.point.loss).max() ?? 0)
    }
}

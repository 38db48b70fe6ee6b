extension PartReport {
    /// The report of fixed sentences, which the numbers of the summary are put into.
    ///
    /// - Throws: ``ReportError`` if the summary is too small (``check(_:fewest:)``).
    public static func template(
        _ summary: PartSummary, fewest: Int = fewestImages
    ) throws -> PartReport {
        try check(summary, fewest: fewest)
        let classes = summary.classes.map { entry in
            ClassFinding(
                name: entry.name, finding: finding(entry),
                parts: entry.parts.map { PartFinding(part: $0.name, finding: finding($0)) })
        }
        return try PartReport(author: "template", summary: overview(summary), classes: classes)
            .checked(by: summary)
    }

    private static func overview(_ summary: PartSummary) -> String {
        let parts = summary.classes.flatMap { entry in
            entry.parts.compactMap { part in
                part.quantities["ph"].map { (name: "\(part.name) of \(entry.name)", median: $0.q2) }
            }
        }
        var text =
            "Parts that \(summary.explanation) marks, at theta \(number(summary.theta)), in "
            + "\(summary.images) images. PH is the harmonic mean of the precision of the marked "
            + "region and the recall of a part. Quartiles: \(summary.quartileRule)."
        if let best = parts.max(by: { $0.median < $1.median }),
            let worst = parts.min(by: { $0.median < $1.median }), best.median > worst.median
        {
            text +=
                " The highest median PH is \(number(best.median)) (\(best.name)), the lowest "
                + "\(number(worst.median)) (\(worst.name))."
        }
        return text
    }

    private static func finding(_ entry: PartSummary.ClassParts) -> String {
        var text = "\(entry.images) images"
        if let error = entry.topOneError { text += ", top-1 error \(number(error))" }
        let ranked = entry.parts.compactMap { part in
            part.quantities["ph"].map { (part.name, $0.q2) }
        }.sorted { $0.1 > $1.1 }
        let list = ranked.map { "\($0.0) \(number($0.1))" }.joined(separator: ", ")
        return "\(text). Parts by their median PH: \(list)."
    }

    private static func finding(_ part: PartSummary.Part) -> String {
        let names = ["ph", "precision", "recall", "dice", "iou"]
        let known = names.filter { part.quantities[$0] != nil }
        let others = part.quantities.keys.filter { !names.contains($0) }.sorted()
        let figures = (known + others).compactMap { name in
            part.quantities[name].map {
                "\(name) \(number($0.q2)) (\(number($0.q1)) to \(number($0.q3)))"
            }
        }.joined(separator: ", ")
        return "median and quartiles: \(figures). \(part.images) images with a score, "
            + "\(part.absent) without the part, \(part.missing) without a score."
    }

    /// Three decimals; a whole number without any.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : shortest(value)
    }

    private static func shortest(_ value: Double) -> String {
        let exact = "\(value)"
        let rounded = fixed(value, 3)
        return exact.count < rounded.count ? exact : rounded
    }
}

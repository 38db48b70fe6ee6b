import PlumblineStorage

extension GapReport {
    /// The pairs of aligned and misaligned models, by the factors that they have in common.
    ///
    /// There is a row per pair and score. `mean` and `median` are those of the gap: align minus
    /// misalign, over the `n` images that have both scores. `lower` and `upper` are the 95%
    /// interval of the mean, and `p_value` is Wilcoxon's. A number that does not exist is NaN.
    public var pairTable: Table {
        let rows = subjects.flatMap { subject in
            zip(keys, gaps(subject)).map { (subject: subject.factors, key: $0, gap: $1.gap) }
        }
        func texts(_ value: (RunFactors) -> String) -> Table.Values {
            .texts(rows.map { value($0.subject) })
        }
        var table = Table()
        table.add("class", texts(\.className))
        table.add("model", texts(\.model))
        table.add("pretraining", texts(\.pretraining))
        table.add("trained_through", texts(\.trainedThrough))
        table.add("explanation", texts(\.explanation))
        table.add("checkpoint", texts(\.checkpoint))
        table.add("lambda", .reals(rows.map { $0.subject.lambda ?? .nan }))
        table.add("seed", .integers(rows.map { $0.subject.seed ?? -1 }))
        table.add("settings", texts(\.settings))
        table.add("fine_tune_settings", texts(\.tuneSettings))
        table.add("metric", .texts(rows.map(\.key.metric)))
        table.add("part", .texts(rows.map(\.key.part)))
        table.add("n", .integers(rows.map { $0.gap?.count ?? 0 }))
        table.add("mean", .reals(rows.map { $0.gap?.mean ?? .nan }))
        table.add("median", .reals(rows.map { $0.gap?.median ?? .nan }))
        table.add("lower", .reals(rows.map { $0.gap?.interval?.lower ?? .nan }))
        table.add("upper", .reals(rows.map { $0.gap?.interval?.upper ?? .nan }))
        table.add("p_value", .reals(rows.map { $0.gap?.test?.pValue ?? .nan }))
        return table
    }
}

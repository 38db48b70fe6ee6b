import PlumblineStatistics

/// The regression of the paper: gap ~ model + start + method.
enum PublishedRegression {
    /// - Throws: ``RegressionError`` where the rows do not determine every coefficient.
    static func fit(
        _ accuracy: PublishedAccuracy, _ rows: [PublishedRow], onlyPresent: Bool = false
    ) throws -> LeastSquares {
        try LeastSquares(
            rows.map { $0.gap(accuracy) },
            on: design(rows, hasModels: true, onlyPresent: onlyPresent))
    }

    /// The design with the terms `intercept,vit,swinvit,pretrained,integrated_gradients,lrp,
    /// smoothgrad`; without the models for the rows of one model.
    static func design(
        _ rows: [PublishedRow], hasModels: Bool, onlyPresent: Bool = false
    ) -> DesignMatrix {
        var design = DesignMatrix(rows: rows.count)
        func add(_ values: [String], _ levels: [String]) {
            let present = Set(values)
            let chosen = onlyPresent ? levels.filter(present.contains) : levels
            if !chosen.isEmpty { design.addFactor(values, levels: chosen, names: chosen) }
        }
        if hasModels { add(rows.map(\.cell.model), ["vit", "swinvit"]) }
        add(rows.map(\.cell.initialisation), ["pretrained"])
        add(rows.map(\.cell.method), ["integrated_gradients", "lrp", "smoothgrad"])
        return design
    }
}

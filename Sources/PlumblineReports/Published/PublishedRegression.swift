import PlumblineStatistics

/// The regression of the paper: gap ~ model + start + method.
enum PublishedRegression {
    /// - Throws: ``RegressionError`` where the rows do not determine every coefficient.
    static func fit(
        _ accuracy: PublishedAccuracy, _ rows: [PublishedRow]
    ) throws -> LeastSquares {
        try LeastSquares(rows.map { $0.gap(accuracy) }, on: design(rows, hasModels: true))
    }

    /// The design with the terms `intercept,vit,swinvit,pretrained,integrated_gradients,lrp,
    /// smoothgrad`; without the models for the rows of one model.
    static func design(_ rows: [PublishedRow], hasModels: Bool) -> DesignMatrix {
        var design = DesignMatrix(rows: rows.count)
        if hasModels {
            let models = ["vit", "swinvit"]
            design.addFactor(rows.map(\.cell.model), levels: models, names: models)
        }
        design.addFactor(
            rows.map(\.cell.initialisation), levels: ["pretrained"], names: ["pretrained"])
        let methods = ["integrated_gradients", "lrp", "smoothgrad"]
        design.addFactor(rows.map(\.cell.method), levels: methods, names: methods)
        return design
    }
}

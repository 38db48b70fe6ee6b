/// Everything that tells one judged model and explanation from another.
public struct RunFactors: Sendable, Hashable {
    public var className = ""
    public var model = ""
    /// The method that is judged.
    public var explanation = ""
    public var pretraining = ""
    /// `start`, `align` or `misalign`.
    public var scenario = ""
    /// The method that the model was trained through; empty for a starting model.
    public var trainedThrough = ""
    /// Which checkpoint of its stage is judged: `last`, `best_auroc` or `best_location`.
    public var checkpoint = ""
    /// Weight of the location loss; `nil` for a starting model.
    public var lambda: Double?
    public var seed = 0
    /// Steps of the stage at the checkpoint.
    public var steps = 0

    public init() {}

    /// The columns of text.
    static var texts: [(name: String, text: WritableKeyPath<RunFactors, String>)] {
        [
            ("class", \.className), ("model", \.model), ("explanation", \.explanation),
            ("pretraining", \.pretraining), ("scenario", \.scenario),
            ("trained_through", \.trainedThrough), ("checkpoint", \.checkpoint),
        ]
    }

    /// Those that version 1 of the file had.
    static let first: Set = ["class", "model", "explanation", "pretraining", "scenario"]

    /// A name that no other factors have, and that HDF5 takes as one link.
    public var name: String {
        var parts = [className, model, explanation, pretraining, scenario]
        if let lambda { parts += [trainedThrough, "lambda \(lambda)"] }
        parts += ["seed \(seed)", checkpoint]
        return parts.joined(separator: "-").replacing("/", with: "_")
    }
}

/// One model evaluated under one explanation.
public struct RunResult: Sendable, Equatable {
    public var run: String
    public var factors: RunFactors
    public var images = 0
    /// Images whose label of the class counts.
    public var judged = 0
    public var positives = 0
    /// By name: auroc, average_precision, f1, accuracy; absent where missing.
    public var metrics: [String: Double] = [:]
    public static let metricNames = ["auroc", "average_precision", "f1", "accuracy"]

    public init(run: String, factors: RunFactors) {
        self.run = run
        self.factors = factors
    }
}

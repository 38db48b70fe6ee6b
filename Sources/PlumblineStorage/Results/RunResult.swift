/// One model evaluated under one explanation.
public struct RunResult: Sendable, Equatable {
    public var run: String
    public var factors: RunFactors
    public var images = 0
    /// The number of images with a known label of the class.
    public var labelled = 0
    public var positives = 0
    /// The digest of the checkpoint; empty if it is not known.
    public var checkpointHash = ""
    /// The version of Plumbline that evaluated it.
    public var toolVersion = ""
    /// The instruction set of the processor.
    ///
    /// Another one changes the last bits.
    public var instructionSet = ""
    /// The SHA-256 of the program that evaluated it; empty if it is not known.
    public var program = ""
    /// How many threads it used; `nil` if it is not known.
    ///
    /// Another number changes the last bits.
    public var threads: Int?
    /// The SHA-256 of the study's plan that it was made under; empty for none.
    public var study = ""
    /// All settings, as YAML; empty if they are not known.
    public var configuration = ""
    /// By name: those of ``metricNames`` and, of a multiclass model, ``multiclassMetricNames``.
    ///
    /// A missing value is absent.
    public var metrics: [String: Double] = [:]
    public static let metricNames = ["auroc", "average_precision", "f1", "accuracy"]
    /// Over all classes of a multiclass model.
    ///
    /// A multilabel model has none of them.
    public static let multiclassMetricNames = [
        "top5_accuracy", "macro_f1", "micro_f1", "macro_auroc",
    ]
    /// Images by label and prediction: those of a multiclass model that are more than none.
    public var confusion: [ConfusionCount] = []

    public init(run: String, factors: RunFactors) {
        self.run = run
        self.factors = factors
    }
}

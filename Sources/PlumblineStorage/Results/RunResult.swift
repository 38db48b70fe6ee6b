/// One model evaluated under one explanation.
public struct RunResult: Sendable, Equatable {
    public var run: String
    public var factors: RunFactors
    public var images = 0
    /// The number of images with a known label of the class.
    public var judged = 0
    public var positives = 0
    /// The digest of the checkpoint; empty if it is not known.
    public var checkpointHash = ""
    /// The version of Plumbline that evaluated it.
    public var toolVersion = ""
    /// The instruction set of the processor.
    ///
    /// Another one changes the last bits.
    public var instructionSet = ""
    /// By name: auroc, average_precision, f1, accuracy.
    ///
    /// A missing value is absent.
    public var metrics: [String: Double] = [:]
    public static let metricNames = ["auroc", "average_precision", "f1", "accuracy"]

    public init(run: String, factors: RunFactors) {
        self.run = run
        self.factors = factors
    }
}

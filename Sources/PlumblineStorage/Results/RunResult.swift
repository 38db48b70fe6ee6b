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
    /// `nil` where it is not known: files of version 1, imported weights.
    public var seed: Int?
    /// Steps of the stage at the checkpoint; `nil` in files of version 1.
    public var steps: Int?

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

    /// Whether these are what a file of version 1 keeps of `other`.
    func isVersion1(of other: RunFactors) -> Bool {
        var short = RunFactors()
        for (name, text) in Self.texts where Self.first.contains(name) {
            short[keyPath: text] = other[keyPath: text]
        }
        return self == short
    }

    /// A name that no other factors have, and that HDF5 takes as one link.
    public var name: String {
        var parts = [className, model, explanation, pretraining, scenario]
        if !trainedThrough.isEmpty { parts.append("through \(trainedThrough)") }
        if let lambda { parts.append("lambda \(lambda)") }
        if let seed { parts.append("seed \(seed)") }
        if let steps { parts.append("\(steps) steps") }
        parts.append(checkpoint)
        return parts.map(Self.escaped).joined(separator: "-")
    }

    /// A part without the sign that joins parts and the one that HDF5 parts paths at, so that two
    /// lists of factors never make one name.
    private static func escaped(_ part: String) -> String {
        part.replacing("%", with: "%25").replacing("-", with: "%2D").replacing("/", with: "%2F")
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
    /// The digest of the checkpoint; empty where it is not known.
    public var checkpointHash = ""
    /// The version of Plumbline that judged it.
    public var toolVersion = ""
    /// The instruction set that it was computed with: another one changes the last bits.
    public var instructionSet = ""
    /// By name: auroc, average_precision, f1, accuracy; absent where missing.
    public var metrics: [String: Double] = [:]
    public static let metricNames = ["auroc", "average_precision", "f1", "accuracy"]

    public init(run: String, factors: RunFactors) {
        self.run = run
        self.factors = factors
    }
}

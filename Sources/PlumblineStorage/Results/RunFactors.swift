/// Everything that distinguishes one evaluated model and explanation from another.
public struct RunFactors: Sendable, Hashable {
    public var className = ""
    public var model = ""
    /// The method that is evaluated.
    public var explanation = ""
    public var pretraining = ""
    /// `start`, `align` or `misalign`.
    public var scenario = ""
    /// The method that the model was trained through; empty for a starting model.
    public var trainedThrough = ""
    /// Which checkpoint of its stage is evaluated: `last`, `best_auroc` or `best_location`.
    public var checkpoint = ""
    /// The marker that is drawn on images, and on which of the evaluated ones; empty for none, and
    /// in files of older programs.
    public var decoy = ""
    /// `permuted` for a model that was trained on permuted labels; empty for others, and in files
    /// of older programs.
    public var labels = ""
    /// Settings that no other factor says, as `key=value; key=value`, of the starting model and the
    /// fine-tune; empty for none, and in files of older programs.
    public var settings = ""
    /// The same of the fine-tune alone; empty for a starting model.
    public var tuneSettings = ""
    /// Weight of the location loss; `nil` for a starting model.
    public var lambda: Double?
    /// `nil` if it is not known: in files of version 1 and for imported weights.
    public var seed: Int?
    /// Steps of the stage at the checkpoint; `nil` in files of version 1.
    public var steps: Int?

    public init() {}

    /// The columns of text.
    package static var texts: [(name: String, text: WritableKeyPath<RunFactors, String>)] {
        [
            ("class", \.className), ("model", \.model), ("explanation", \.explanation),
            ("pretraining", \.pretraining), ("scenario", \.scenario),
            ("trained_through", \.trainedThrough), ("checkpoint", \.checkpoint),
            ("decoy", \.decoy), ("labels", \.labels), ("settings", \.settings),
            ("fine_tune_settings", \.tuneSettings),
        ]
    }

    /// Those that version 1 of the file had.
    static let first: Set = ["class", "model", "explanation", "pretraining", "scenario"]

    /// Those that not every file of the newest version has.
    static let optional: Set = ["decoy", "labels", "settings", "fine_tune_settings"]

    /// Whether these are the factors that a file of version 1 stores of `other`.
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
        if !decoy.isEmpty { parts.append("decoy \(decoy)") }
        if !labels.isEmpty { parts.append("\(labels) labels") }
        parts += [settings, tuneSettings].filter { !$0.isEmpty }
        parts.append(checkpoint)
        return parts.map(Self.escaped).joined(separator: "-")
    }

    /// A part of the name without the separators of parts and of HDF5 paths.
    ///
    /// Without this, two lists of factors could make the same name.
    private static func escaped(_ part: String) -> String {
        part.replacing("%", with: "%25").replacing("-", with: "%2D").replacing("/", with: "%2F")
    }
}

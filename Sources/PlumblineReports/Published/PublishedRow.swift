/// The scores of one image by one fine-tuned pair: a model that was aligned, and one misaligned.
public struct PublishedRow: Sendable {
    /// What a pair of fine-tuned models is made of.
    public struct Cell: Hashable, Sendable {
        public var model: String
        /// `from_scratch` or `pretrained`.
        public var initialisation: String
        public var method: String
        public var label: String

        /// Whether two cells have the same model, start and method.
        var pipeline: [String] { [model, initialisation, method] }
        /// The name in tables and of clusters.
        public var name: String { "\(model) \(initialisation) \(method) \(label)" }
    }

    /// Names as the files have them, in the order of the tables; the first is the reference.
    public static let models = ["densenet", "vit", "swinvit"]
    public static let initialisations = ["from_scratch", "pretrained"]
    public static let methods = ["gradient", "integrated_gradients", "smoothgrad", "lrp"]
    /// The nine findings, in the order of the paper.
    public static let labels = [
        "Enlarged Cardiomediastinum", "Cardiomegaly", "Lung Opacity", "Lung Lesion", "Edema",
        "Consolidation", "Atelectasis", "Pneumothorax", "Pleural Effusion",
    ]

    public var cell: Cell
    /// The image's path; `nil` where the file does not say it.
    public var image: String?
    /// The starting model of the pair; `nil` where the file does not say it.
    public var start: String?
    public var massGap: Double
    public var rankGap: Double
    public var alignedMass: Double
    public var alignedRank: Double
    public var misalignedMass: Double
    public var misalignedRank: Double

    /// Aligned minus misaligned accuracy.
    public func gap(_ accuracy: PublishedAccuracy) -> Double {
        accuracy == .mass ? massGap : rankGap
    }
}

/// The two accuracies of the paper.
public enum PublishedAccuracy: String, CaseIterable, Sendable {
    case mass
    case rank
}

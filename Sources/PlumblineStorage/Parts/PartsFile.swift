/// The summary of `plumbline parts` (PQAH, arXiv 2405.13264) of one explanation, as JSON.
public struct PartsFile: Codable, Sendable, Equatable {
    public static let schema = "plumbline.parts/1"

    /// Quartiles over images.
    public struct Quartiles: Codable, Sendable, Equatable {
        public var q1: Double
        public var q2: Double
        public var q3: Double

        public init(q1: Double, q2: Double, q3: Double) {
            self.q1 = q1
            self.q2 = q2
            self.q3 = q3
        }
    }

    /// The name of the pixels of no part.
    public static let background = "background"

    public var explanation: String
    /// What was explained: the name of the model, or the file of the maps.
    public var source: String
    public var theta: Double
    /// The convention of the quartiles.
    public var quartiles: String
    /// Images of all classes that have parts.
    public var images: Int
    /// The share of images whose prediction is wrong, over all images with a label; `nil` if there
    /// is no prediction.
    ///
    /// A multiclass model is wrong where another class has the largest logit. A multilabel one is
    /// wrong where the probability of the class is on the other side of 0.5 than its label.
    public var top1Error: Double?
    public var classes: [Class]
    /// One per theta.
    public var sweep: [PartsSweep]

    public init(
        explanation: String, source: String, theta: Double, quartiles: String, images: Int,
        top1Error: Double?, classes: [Class], sweep: [PartsSweep]
    ) {
        self.explanation = explanation
        self.source = source
        self.theta = theta
        self.quartiles = quartiles
        self.images = images
        self.top1Error = top1Error
        self.classes = classes
        self.sweep = sweep
    }

    private enum CodingKeys: String, CodingKey {
        case schema
        case explanation
        case source
        case theta
        case quartiles
        case images
        case classes
        case sweep
        case top1Error = "top1_error"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        explanation = try container.decode(String.self, forKey: .explanation)
        source = try container.decode(String.self, forKey: .source)
        theta = try container.decode(Double.self, forKey: .theta)
        quartiles = try container.decode(String.self, forKey: .quartiles)
        images = try container.decode(Int.self, forKey: .images)
        top1Error = try container.decodeIfPresent(Double.self, forKey: .top1Error)
        classes = try container.decode([Class].self, forKey: .classes)
        sweep = try container.decode([PartsSweep].self, forKey: .sweep)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.schema, forKey: .schema)
        try container.encode(explanation, forKey: .explanation)
        try container.encode(source, forKey: .source)
        try container.encode(theta, forKey: .theta)
        try container.encode(quartiles, forKey: .quartiles)
        try container.encode(images, forKey: .images)
        try container.encode(top1Error, forKey: .top1Error)
        try container.encode(classes, forKey: .classes)
        try container.encode(sweep, forKey: .sweep)
    }
}

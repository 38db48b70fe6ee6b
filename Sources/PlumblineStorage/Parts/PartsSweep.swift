/// The scores of parts at one theta, and how they agree with other metrics of the same maps.
public struct PartsSweep: Codable, Sendable, Equatable {
    /// PH of one part at this theta.
    public struct Part: Codable, Sendable, Equatable {
        public var `class`: String
        public var part: String
        /// Images that have a value.
        public var images: Int
        /// `nil` where no image has one.
        public var ph: PartsFile.Quartiles?

        public init(class name: String, part: String, images: Int, ph: PartsFile.Quartiles?) {
            self.class = name
            self.part = part
            self.images = images
            self.ph = ph
        }
    }

    /// Spearman's correlation over images of a metric with the mean PH of the object's parts.
    public struct Correlation: Codable, Sendable, Equatable {
        public var metric: String
        /// Images that have both values.
        public var images: Int
        /// From -1 to 1; `nil` where there is none.
        public var spearman: Double?
        /// Why there is none.
        public var reason: String?

        public init(metric: String, images: Int, spearman: Double?, reason: String? = nil) {
            self.metric = metric
            self.images = images
            self.spearman = spearman
            self.reason = reason
        }
    }

    public var theta: Double
    public var parts: [Part]
    public var correlations: [Correlation]

    public init(theta: Double, parts: [Part], correlations: [Correlation]) {
        self.theta = theta
        self.parts = parts
        self.correlations = correlations
    }
}

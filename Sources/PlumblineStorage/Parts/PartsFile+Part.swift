extension PartsFile {
    /// PH beside the same mean with the precision of the part itself, which is Dice.
    ///
    /// The paper names this as its next check.
    public struct Approximation: Codable, Sendable, Equatable {
        /// Quartiles over images of PH - Dice, which is never negative.
        public var difference: Quartiles
        /// Spearman's correlation of PH and Dice over images; `nil` where there is none.
        public var spearman: Double?

        public init(difference: Quartiles, spearman: Double?) {
            self.difference = difference
            self.spearman = spearman
        }
    }

    /// One part of the objects of a class, or the background.
    public struct Part: Codable, Sendable, Equatable {
        public var part: String
        /// Images that have a value.
        public var images: Int
        /// Images with parts that lack this one.
        public var absent: Int
        /// Images that show the part and have no value.
        public var missing: Int
        /// Those images by the reason.
        public var missingReasons: [String: Int]
        /// `ph`, `precision`, `recall`, `true_precision`, `dice` and `iou`, from 0 to 1; empty
        /// where no image has a value.
        public var quantities: [String: Quartiles]
        /// How much it matters that PH takes the precision of the whole object; `nil` where no
        /// image has a value.
        public var approximation: Approximation?

        public init(
            part: String, images: Int, absent: Int, missing: Int, missingReasons: [String: Int],
            quantities: [String: Quartiles], approximation: Approximation? = nil
        ) {
            self.part = part
            self.images = images
            self.absent = absent
            self.missing = missing
            self.missingReasons = missingReasons
            self.quantities = quantities
            self.approximation = approximation
        }

        private enum CodingKeys: String, CodingKey {
            case part
            case images
            case absent
            case missing
            case quantities
            case approximation
            case missingReasons = "missing_reasons"
        }
    }
}

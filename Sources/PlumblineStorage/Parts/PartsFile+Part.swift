extension PartsFile {
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
        /// `ph`, `precision`, `recall`, `true_precision`, `dice` and `iou`, from 0 to 1; empty where
        /// no image has a value.
        public var quantities: [String: Quartiles]

        public init(
            part: String, images: Int, absent: Int, missing: Int, missingReasons: [String: Int],
            quantities: [String: Quartiles]
        ) {
            self.part = part
            self.images = images
            self.absent = absent
            self.missing = missing
            self.missingReasons = missingReasons
            self.quantities = quantities
        }

        private enum CodingKeys: String, CodingKey {
            case part
            case images
            case absent
            case missing
            case quantities
            case missingReasons = "missing_reasons"
        }
    }
}

extension PartsFile {
    /// The images of one class.
    public struct Class: Codable, Sendable, Equatable {
        public var name: String
        /// Images with annotated parts: of each part, those with a value, absent and missing ones.
        public var images: Int
        /// Images without a part, which are not scored.
        public var withoutParts: Int
        /// See ``PartsFile/top1Error``; of the images of this class.
        public var top1Error: Double?
        /// By name, and then the background.
        public var parts: [Part]

        public init(
            name: String, images: Int, withoutParts: Int, top1Error: Double?, parts: [Part]
        ) {
            self.name = name
            self.images = images
            self.withoutParts = withoutParts
            self.top1Error = top1Error
            self.parts = parts
        }

        private enum CodingKeys: String, CodingKey {
            case images
            case parts
            case name = "class"
            case withoutParts = "without_parts"
            case top1Error = "top1_error"
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(images, forKey: .images)
            try container.encode(withoutParts, forKey: .withoutParts)
            // null where it is not known: the key is always there.
            try container.encode(top1Error, forKey: .top1Error)
            try container.encode(parts, forKey: .parts)
        }
    }
}

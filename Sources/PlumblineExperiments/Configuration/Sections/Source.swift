import PlumblineData
import PlumblineSettings

extension Configuration {
    /// Where the images of one purpose are, and in which format.
    public struct Source: Sendable, Equatable {
        static let defaultFormat = "chexpert"

        /// The name of a registered format (``ImageFormats``).
        public var format = Self.defaultFormat
        /// The file of labels.
        public var labels = ""
        /// The folder that the paths of the labels start from.
        public var images = ""
        /// The file of masks.
        public var masks = ""
        /// The format's own settings.
        public var options: [String: String] = [:]

        /// Whether the section names any data.
        var isGiven: Bool { !labels.isEmpty || format != Self.defaultFormat }
    }
}

extension Configuration.Source {
    /// - Parameter purpose: what the images are for, as a sentence.
    static func keys(_ purpose: String) -> [SettingKey<Self>] {
        [
            .text(
                "format", \.format,
                "How the files are read: \(ImageFormats.names.joined(separator: ", "))."),
            .text("labels", \.labels, "The labels (chexpert: CSV). \(purpose)"),
            .text("images", \.images, "The folder that the paths of the labels start from."),
            .text(
                "masks", \.masks,
                "The masks (chexpert: gt_segmentations or gt_annotations JSON)."),
            .options("options", \.options, "Settings that the format has of its own."),
        ]
    }
}

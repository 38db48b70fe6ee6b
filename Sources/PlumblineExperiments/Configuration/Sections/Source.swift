import PlumblineSettings

extension Configuration {
    /// The files of one set of images.
    public struct Source: Sendable, Equatable {
        /// A CSV file.
        public var labels = ""
        /// The folder that the paths of the CSV file start from.
        public var images = ""
        /// A JSON file.
        public var masks = ""
    }
}

extension Configuration.Source {
    /// - Parameter purpose: what the images are for, as a sentence.
    static func keys(_ purpose: String) -> [SettingKey<Self>] {
        [
            .text("labels", \.labels, "CSV file of labels (CheXpert). \(purpose)"),
            .text("images", \.images, "The folder that the paths of the CSV file start from."),
            .text("masks", \.masks, "JSON file of masks: gt_segmentations or gt_annotations."),
        ]
    }
}

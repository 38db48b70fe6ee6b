/// A data set as a format has read it.
public struct FormattedImages: Sendable {
    /// Something that was left out, with a count.
    public struct Omission: Sendable, Equatable {
        public var count: Int
        /// One line for the log, with the count in it.
        public var note: String

        public init(count: Int, note: String) {
            self.count = count
            self.note = note
        }
    }

    /// The file or folder that regions come from, where they are not part of the labels.
    public struct MaskFile: Sendable, Equatable {
        public var path: String
        /// The names of the images that it has an entry for, sorted.
        public var images: [String]
        /// Those of ``images`` that are not in the label file.
        public var strangers: [String]

        public init(path: String, images: [String], strangers: [String]) {
            self.path = path
            self.images = images
            self.strangers = strangers
        }
    }

    /// The images with labels, groups and regions.
    public var source: any ImageSource
    /// What was left out, in the order in which it is reported.
    public var omissions: [Omission]
    /// `nil` where there are no masks, or where they are part of the labels.
    public var maskFile: MaskFile?
    /// Which image has no group, and what the user can do; `nil` where every image has one.
    public var groupProblem: String?

    public init(
        _ source: any ImageSource, omissions: [Omission] = [], maskFile: MaskFile? = nil,
        groupProblem: String? = nil
    ) {
        self.source = source
        self.omissions = omissions
        self.maskFile = maskFile
        self.groupProblem = groupProblem
    }
}

/// What a data format is asked to read.
public struct FormatRequest: Sendable {
    /// The configuration's section, such as `data.align`, for messages.
    public var section = ""
    /// The label file, or whatever the format has instead; may be empty.
    public var labels = ""
    /// The folder that image paths are relative to; may be empty.
    public var images = ""
    /// The masks; empty where masks are not needed.
    public var masks = ""
    /// The classes that are needed, each once; empty: no label is needed.
    public var classes: [String] = []
    /// The class whose masks are needed; `nil`: none.
    public var target: String?
    /// The column that says which images belong together; empty: as the format knows best.
    public var groupColumn = ""
    /// The format's own settings, by their names.
    public var options: [String: String] = [:]
    /// What an uncertain label means, in a format that has such labels.
    public var uncertainty = UncertaintyPolicy.zeros
    /// Whether only frontal images are read, in a format of radiographs.
    public var frontalOnly = true
    /// Whether an image that appears again is left out; otherwise it is an error.
    public var skipsRepeats = false

    public init() {}

    /// What the request is called in messages.
    public var name: String {
        [labels, images, section].first { !$0.isEmpty } ?? "the images"
    }
}

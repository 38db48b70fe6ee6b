import PlumblineData

/// What tells one image from all others of an experiment.
enum ImageIdentity: Hashable {
    /// Two paths that lead to one file are equal.
    case file(FileIdentity)
    /// An image without a file: its name, and the settings of the data that it belongs to.
    case named(String, source: String)

    init(_ example: Example, of source: Configuration.Source) {
        if let file = example.file, let identity = FileIdentity(file) {
            self = .file(identity)
        } else {
            let options = source.options.sorted { $0.key < $1.key }
            self = .named(
                example.id, source: "\([source.format, source.labels, source.images]) \(options)")
        }
    }
}

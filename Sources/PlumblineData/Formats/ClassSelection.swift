/// A source with some of the classes of another one, in an order of its own.
struct ClassSelection: ImageSource {
    let classes: [String]
    private let source: any ImageSource
    private let indices: [Int]

    /// A source whose classes are those of the request.
    ///
    /// - Throws: ``DatasetError`` that lists the classes there are where one is missing.
    static func of(_ source: any ImageSource, _ request: FormatRequest) throws -> any ImageSource {
        guard source.classes != request.classes else { return source }
        let indices = try request.classes.map { name in
            guard let index = source.classes.firstIndex(of: name) else {
                throw DatasetError(
                    request.name, "no class \(name); there are \(list(source.classes))")
            }
            return index
        }
        return ClassSelection(classes: request.classes, source: source, indices: indices)
    }

    /// The first classes, and how many more there are.
    private static func list(_ classes: [String]) -> String {
        let most = 40
        let more = classes.count > most ? ", and \(classes.count - most) more" : ""
        return classes.prefix(most).joined(separator: ", ") + more
    }

    var count: Int { source.count }

    func example(_ index: Int) throws -> Example {
        var example = try source.example(index)
        try example.requireLabels(count: source.classes.count)
        let labels = example.labels
        let weights = example.weights
        example.labels = indices.map { labels[$0] }
        example.weights = indices.map { weights[$0] }
        return example
    }
}

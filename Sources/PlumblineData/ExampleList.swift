/// Examples that are in memory already.
public struct ExampleList: ImageSource {
    public let classes: [String]
    public let examples: [Example]

    /// - Parameter examples: each with one label per class.
    public init(classes: [String], examples: [Example]) {
        self.classes = classes
        self.examples = examples
    }

    public var count: Int { examples.count }

    public func example(_ index: Int) throws -> Example { examples[index] }
}

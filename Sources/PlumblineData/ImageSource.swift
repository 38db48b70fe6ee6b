/// Where labelled images come from: a data format, a generator, a list in memory.
public protocol ImageSource: Sendable {
    /// What each place of ``Example/labels`` stands for.
    var classes: [String] { get }
    var count: Int { get }
    /// - Parameter index: in `0 ..< count`.
    /// - Throws: ``DatasetError`` where the entry is wrong. The image is not decoded yet.
    func example(_ index: Int) throws -> Example
}

/// Examples that are in memory already.
public struct ExampleList: ImageSource {
    public let classes: [String]
    public let examples: [Example]

    public init(classes: [String], examples: [Example]) {
        self.classes = classes
        self.examples = examples
    }

    public var count: Int { examples.count }

    public func example(_ index: Int) throws -> Example { examples[index] }
}

/// Where labelled images come from: a data format, a generator, a list in memory.
public protocol ImageSource: Sendable {
    /// The meaning of each entry of ``Example/labels``.
    var classes: [String] { get }
    /// The number of examples.
    var count: Int { get }

    /// One example. The image is not decoded yet.
    ///
    /// - Parameter index: in `0 ..< count`.
    /// - Throws: ``DatasetError`` where the entry is wrong.
    func example(_ index: Int) throws -> Example
}

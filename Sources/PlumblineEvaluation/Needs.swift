/// What a metric reads of its evidence.
public struct Needs: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The relevance of the image.
    public static let map = Needs(rawValue: 1 << 0)
    /// The mask of the explained class.
    public static let mask = Needs(rawValue: 1 << 1)
    /// The model, through ``Evidence/probe``.
    public static let model = Needs(rawValue: 1 << 2)
    /// The explanation, to explain other images through ``Probe/relevance(of:seed:)``.
    public static let explanation = Needs(rawValue: 1 << 3)
}

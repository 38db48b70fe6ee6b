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
    /// The boxes around the objects of the explained class.
    public static let box = Needs(rawValue: 1 << 4)
    /// The parts of the object.
    public static let parts = Needs(rawValue: 1 << 5)
    /// Whether the prediction is right.
    public static let correctness = Needs(rawValue: 1 << 6)
    /// The order of all pixels: it is found once, before all metrics, and shortens several.
    public static let pixelOrder = Needs(rawValue: 1 << 9)
    /// A copy of the model that was fine-tuned on images with removed pixels.
    public static let adaptedModel = Needs(rawValue: 1 << 7)
    /// A model of the same architecture that was trained on permuted labels.
    public static let permutedLabels = Needs(rawValue: 1 << 8)
}

extension Needs: CustomStringConvertible {
    /// The names of what is read: `map, mask`.
    public var description: String {
        let names: [(Needs, String)] = [
            (.map, "map"), (.mask, "mask"), (.box, "box"), (.parts, "parts"),
            (.correctness, "label and prediction"), (.model, "model"),
            (.explanation, "explanation"), (.adaptedModel, "adapted model"),
            (.permutedLabels, "model trained on permuted labels"),
        ]
        return names.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
    }
}

import Foundation
import PlumblineData

/// One picture that a judge is asked about.
public struct JudgeQuestion: Sendable {
    /// What the picture shows.
    public enum Control: String, CaseIterable, Sendable {
        /// The map of the explanation.
        case none = ""
        /// The mask of the object in the place of the map.
        case trueMask = "true_mask"
        /// A mask of the same shape and area elsewhere.
        case randomMask = "random_mask"
    }

    /// The image's name in results.
    public var image: String
    public var control = Control.none
    /// The predicted label: what the picture should show.
    public var label: String
    /// The picture as a PNG file.
    public var png: Data
    /// How much of each pixel is visible, from 0 to 1, row by row (``MaskedCAM``).
    public var weights: [Float]
    /// The mask of the object at the picture's size; `nil` if there is none.
    public var mask: Mask?

    public init(image: String, label: String, png: Data, weights: [Float], mask: Mask?) {
        self.image = image
        self.label = label
        self.png = png
        self.weights = weights
        self.mask = mask
    }
}

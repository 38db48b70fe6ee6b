import PlumblineData
import PlumblineMetrics
import PlumblineStorage

/// One image with what a judge and the four cells need, at the size of the pictures.
public struct JudgedImage {
    /// The image's name in results.
    public let name: String
    /// The class that is explained: what the picture should show.
    public let label: String
    /// The predicted class; of a multilabel model, the explained class or `not` and its name.
    public let prediction: String
    /// Whether the prediction is right; `nil` if the image has no label.
    public let isCorrect: Bool?
    /// The part of the image that the model sees.
    public let image: RasterImage
    /// Of the image's size.
    public let map: HeatMap
    /// The mask of the object that the image shows, of the image's size; `nil` if it has none.
    public let mask: Mask?
    /// The seed of what is random about the image.
    public let seed: UInt64
    /// The image's row in a results file, without its run.
    let row: ImageResult
}

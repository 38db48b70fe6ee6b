import Foundation

/// A rotation of an image about its centre.
struct Rotation {
    private let cosine: Float
    private let sine: Float
    private let centreY: Float
    private let centreX: Float

    /// - Parameter degrees: counter-clockwise.
    init(degrees: Float, height: Int, width: Int) {
        let angle = degrees * .pi / 180
        cosine = cos(angle)
        sine = sin(angle)
        centreY = Float(height - 1) / 2
        centreX = Float(width - 1) / 2
    }

    /// The position in the image that a pixel of the rotated image comes from.
    func source(_ y: Int, _ x: Int) -> (y: Float, x: Float) {
        let dy = Float(y) - centreY
        let dx = Float(x) - centreX
        return (y: centreY + sine * dx + cosine * dy, x: centreX + cosine * dx - sine * dy)
    }
}

import PlumblineData
import PlumblineTensors

/// What the explanations of a scenario are trained towards: a target, and changes of the masks.
///
/// Masks are changed at the model's size, in the order of ``erode``, ``dilate`` and ``shift``, and
/// then made into the target. The changes are shares of the side of the image, because the same
/// share is the same error of an annotator at every model size; a number of pixels is not.
///
/// Every target is trained on the same images: positive ones that have a mask. So scenarios
/// differ in nothing but the goal.
public struct Goal: Sendable, Hashable {
    public enum Target: String, Sendable, CaseIterable {
        /// The mask.
        case mask
        /// All that is not the mask.
        case inverse
        /// A frame around the image, of ``Goal/share``.
        case border
        /// The lowest rows of the image, of ``Goal/share``.
        case rows
        /// The boxes around the connected regions of the mask (``Mask/boxesOfRegions``).
        case box
        /// The mask of another file in place of `data.align.masks`.
        case file

        /// The share of the side that the published code trains towards.
        ///
        /// `fine_tuning_densenet_wrong_localization.py`: one cell at every side, or the last two
        /// rows, of a grid. We take the grid for the 7 x 7 cells that DenseNet has at 224 pixels.
        var publishedShare: Double {
            switch self {
            case .border: 1.0 / 7
            case .rows: 2.0 / 7
            case .mask, .inverse, .box, .file: 0
            }
        }
    }

    public var target: Target
    /// The width of the border or the height of the rows, as a share of the side.
    public var share: Double
    /// The radius by which masks grow, as a share of the side.
    public var dilate = 0.0
    /// The radius by which masks shrink, as a share of the side.
    public var erode = 0.0
    /// How far masks move to the right, as a share of the side.
    public var shiftRight = 0.0
    /// How far masks move down, as a share of the side.
    public var shiftDown = 0.0
    /// The masks of ``Target/file``: what `data.align.masks` takes.
    public var file = ""

    public init(_ target: Target) {
        self.target = target
        share = target.publishedShare
    }

    /// Whether masks are used as they are.
    var keepsMasks: Bool { dilate == 0 && erode == 0 && shiftRight == 0 && shiftDown == 0 }

    /// The goal of one image.
    ///
    /// - Parameter mask: of the image at the model's size.
    /// - Returns: `nil` where the changes leave no pixel of the mask.
    public func callAsFunction(_ mask: Mask) -> Mask? {
        let side = Double(min(mask.height, mask.width))
        let changed =
            keepsMasks
            ? mask
            : mask.eroded(radius: erode * side).dilated(radius: dilate * side).shifted(
                right: Int((shiftRight * side).rounded()), down: Int((shiftDown * side).rounded()))
        guard changed.pixels.contains(true) else { return nil }
        switch target {
        case .mask, .file: return changed
        case .inverse: return changed.inverted
        case .box: return changed.boxesOfRegions
        case .border: return frame(like: mask) { min($0, $1) }
        case .rows: return frame(like: mask) { _, below in below }
        }
    }

    /// The pixels whose distance to the edge of the image is below ``share`` of the side.
    ///
    /// At least one row of pixels is set.
    ///
    /// - Parameter distance: from the pixels between a pixel and the nearest of all edges, and
    ///   those between it and the lower edge.
    private func frame(like mask: Mask, _ distance: (Int, Int) -> Int) -> Mask {
        let width = max(1, Int((share * Double(min(mask.height, mask.width))).rounded()))
        var result = Mask(height: mask.height, width: mask.width)
        for y in 0..<mask.height {
            for x in 0..<mask.width {
                let below = mask.height - 1 - y
                let nearest = min(y, below, x, mask.width - 1 - x)
                result.pixels[y * mask.width + x] = distance(nearest, below) < width
            }
        }
        return result
    }

    /// The goal of one image as a tensor.
    ///
    /// - Parameter mask: `[height, width]` in {0, 1}.
    /// - Returns: `[height, width]`; `nil` where the changes leave no pixel of the mask.
    public func callAsFunction(_ mask: Tensor) -> Tensor? {
        if keepsMasks, target == .mask || target == .file { return mask }
        if keepsMasks, target == .inverse { return 1 - mask }
        let pixels = Mask(
            height: mask.shape[0], width: mask.shape[1], pixels: mask.values.map { $0 > 0.5 })
        return self(pixels).map { Tensor($0.pixels.map { $0 ? 1 : 0 }, shape: mask.shape) }
    }
}

extension Goal {
    /// The goal in words that name every setting that differs from the plain target.
    ///
    /// The path of a file is left out: its content counts.
    public var summary: String {
        var parts = [target.rawValue]
        if share != target.publishedShare { parts.append("share \(share)") }
        if erode > 0 { parts.append("eroded by \(erode)") }
        if dilate > 0 { parts.append("dilated by \(dilate)") }
        if shiftRight != 0 || shiftDown != 0 {
            parts.append("shifted by \(shiftRight) and \(shiftDown)")
        }
        return parts.joined(separator: ", ")
    }
}

import PlumblineData
import PlumblineMetrics

/// Annotations of one image, each of which is read once.
///
/// Several maps of one image share it.
final class AnnotationCache {
    /// A value that is read when it is first needed.
    final class Once<Value> {
        private let read: () throws -> Value
        private var known: Value?

        init(_ read: @escaping () throws -> Value) { self.read = read }

        func value() throws -> Value {
            if let known { return known }
            let value = try read()
            known = .some(value)
            return value
        }
    }

    let mask: Once<Mask?>
    let boxes: Once<Mask?>
    let parts: Once<[(name: String, mask: Mask)]>
    let otherClasses: Once<Mask?>
    /// The pixels of the mask; 0 without one.
    let maskArea: Once<Int>
    private var nearShares: [Int: Double] = [:]

    init(_ annotations: Annotations) {
        let mask = Once(annotations.mask)
        self.mask = mask
        maskArea = Once { try mask.value()?.area ?? 0 }
        boxes = Once(annotations.boxes)
        parts = Once(annotations.parts)
        otherClasses = Once(annotations.otherClasses)
    }

    /// The share of the pixels at most `tolerance` pixels from the mask of the image.
    func nearShare(_ tolerance: Int, of mask: Mask) throws -> Double {
        if let share = nearShares[tolerance] { return share }
        let share = PointingGame.chance(
            mask.pixels, height: mask.height, width: mask.width, tolerance: tolerance)
        nearShares[tolerance] = share
        return share
    }
}

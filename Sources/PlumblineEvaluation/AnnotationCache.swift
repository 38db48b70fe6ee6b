import PlumblineData

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

    init(_ annotations: Annotations) {
        mask = Once(annotations.mask)
        boxes = Once(annotations.boxes)
        parts = Once(annotations.parts)
        otherClasses = Once(annotations.otherClasses)
    }
}

import Synchronization

/// The last resizers of a data set, by the size of the image.
///
/// Many images of a data set have the same size. The weights of a resizer take longer than the
/// resizing of a small image.
final class ResizerCache: Sendable {
    private static let capacity = 64
    private let resizers = Mutex<[Example.Size: ImageResizer]>([:])

    /// - Parameter preprocessing: the same in every call.
    func resizer(for size: Example.Size, _ preprocessing: Preprocessing) -> ImageResizer {
        if let resizer = resizers.withLock({ $0[size] }) { return resizer }
        let resizer = ImageResizer(preprocessing.geometry(of: size), preprocessing)
        resizers.withLock {
            if $0.count >= Self.capacity { $0.removeAll() }
            $0[size] = resizer
        }
        return resizer
    }
}

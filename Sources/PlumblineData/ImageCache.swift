import Synchronization

/// Images and masks of a data set at the model's size.
final class ImageCache: Sendable {
    let images = BoundedCache<RasterImage>(bytes: 1 << 30)
    let masks = BoundedCache<Mask?>(bytes: 1 << 28)
}

/// Values by index, up to a limit of memory.
///
/// Values that came first stay.
final class BoundedCache<Value: Sendable>: Sendable {
    private struct Contents: Sendable {
        var values: [Int: Value] = [:]
        var bytes = 0
    }

    private let contents = Mutex(Contents())
    private let limit: Int

    init(bytes limit: Int) { self.limit = limit }

    subscript(index: Int) -> Value? { contents.withLock { $0.values[index] } }

    func keep(_ value: Value, at index: Int, bytes: Int) {
        contents.withLock {
            guard $0.bytes + bytes <= limit, $0.values[index] == nil else { return }
            $0.values[index] = value
            $0.bytes += bytes
        }
    }
}

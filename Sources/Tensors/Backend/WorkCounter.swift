import Synchronization

/// The floating-point operations of products and convolutions so far, by which a speed is set
/// against the machine's.
public enum WorkCounter {
    private static let total = Atomic<Int>(0)

    public static var operations: Int { total.load(ordering: .relaxed) }

    static func add(_ operations: Int) { total.wrappingAdd(operations, ordering: .relaxed) }

    /// Operations a second of one large product: the most that a computation made of products can
    /// reach here.
    public static func peak() -> Double {
        let size = 2048, a = Tensor.ones([size, size]), clock = ContinuousClock()
        _ = a.matmul(a)
        let times = (0..<3).map { _ in clock.measure { _ = a.matmul(a) } }
        let seconds =
            Double(times.min()!.components.attoseconds) / 1e18
            + Double(times.min()!.components.seconds)
        return 2 * Double(size * size * size) / seconds
    }
}

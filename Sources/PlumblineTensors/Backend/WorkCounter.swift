import Synchronization

/// Counts the floating-point operations of products and convolutions, to compare a computation's
/// speed with the machine's.
public enum WorkCounter {
    private static let total = Atomic<Int>(0)

    /// How many operations were done so far.
    public static var operations: Int { total.load(ordering: .relaxed) }

    static func add(_ operations: Int) { total.wrappingAdd(operations, ordering: .relaxed) }

    /// Operations per second of one large matrix product: the most that a computation can reach on
    /// this machine.
    public static func peak() -> Double {
        let size = 2048
        let a = Tensor.ones([size, size])
        let clock = ContinuousClock()
        _ = a.matmul(a)
        let times = (0..<3).map { _ in clock.measure { _ = a.matmul(a) } }
        let seconds =
            Double(times.min()!.components.attoseconds) / 1e18
            + Double(times.min()!.components.seconds)
        return 2 * Double(size * size * size) / seconds
    }
}

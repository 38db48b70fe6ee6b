import PlumblineTensors

/// How often metrics ask the model about one image, beside the map that they score.
public struct PassCount: Sendable, Equatable {
    /// Images that the model classifies.
    public var forwardPasses: Int
    /// Images that are explained.
    public var maps: Int

    public init(forwardPasses: Int = 0, maps: Int = 0) {
        self.forwardPasses = forwardPasses
        self.maps = maps
    }
}

/// Counts what a ``Probe`` is asked.
final class PassCounter {
    var count = PassCount()
    /// Whether questions get made-up answers instead of those of a model.
    let isDryRun: Bool
    private var random = RandomGenerator(seed: 1)

    init(isDryRun: Bool) { self.isDryRun = isDryRun }

    /// An answer that no metric gives up on: finite, and different everywhere.
    func madeUp(_ shape: [Int]) -> Tensor {
        Tensor((0..<shape.reduce(1, *)).map { _ in random.uniform() }, shape: shape)
    }
}

extension Evidence {
    /// How often some metrics would ask the model about this image.
    ///
    /// They run with made-up answers, so that the model is not asked.
    ///
    /// - Throws: what the metrics throw.
    public func passes(of metrics: [any Metric]) throws -> PassCount {
        try counted(metrics, PassCounter(isDryRun: true))
    }

    /// How often some metrics ask the model, by asking it.
    package func countedPasses(of metrics: [any Metric]) throws -> PassCount {
        try counted(metrics, PassCounter(isDryRun: false))
    }

    private func counted(_ metrics: [any Metric], _ counter: PassCounter) throws -> PassCount {
        _ = try Evidence(self, probe: probe.counting(counter)).scores(metrics)
        return counter.count
    }
}

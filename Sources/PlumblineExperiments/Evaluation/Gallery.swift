import PlumblineData
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineMetrics

/// One image explained by many methods, each on the first model that supports it.
public struct Gallery {
    public struct Tile: Sendable {
        public var method: String
        public var model: String
        public var map: HeatMap
        /// Time without the forward pass that methods share.
        public var seconds: Double
    }

    public let checkpoints: [String]
    public let className: String
    /// Settings of the methods, as `key=value`.
    public let overrides: [String]

    public init(checkpoints: [String], className: String, overrides: [String]) {
        self.checkpoints = checkpoints
        self.className = className
        self.overrides = overrides
    }

    /// The tiles in the order of the methods.
    ///
    /// - Parameter skipped: called with each method that no model supports, and with the reason.
    /// - Throws: ``Interrupted``, or an error if a checkpoint or the image cannot be read.
    public func tiles(
        _ image: String, methods: [String], height: Int, width: Int,
        pooling: Pooling = .positive, skipped: (String, String) -> Void
    ) throws -> [Tile] {
        let models = try checkpoints.map {
            try Explaining(
                checkpoint: $0, className: className, methods: [], overrides: overrides)
        }
        let methodsByModel = try assign(methods, to: models, skipped)
        let progress = Progress(
            "gallery", total: methodsByModel.reduce(0) { $0 + $1.count }, unit: " methods")
        let named = NamedImage(name: ImageKeys.short(image), file: image)
        var tiles: [String: Tile] = [:]
        var startedMethods = 0
        for (model, names) in zip(models, methodsByModel) where !names.isEmpty {
            let explaining = try Explaining(model, methods: names)
            let outcome = try explaining.explain([named], reportsProgress: false) { _ in
                if startedMethods > 0 { progress.update(startedMethods) }
                startedMethods += 1
            } body: { explained in
                for map in explained.maps {
                    tiles[map.method] = Tile(
                        method: map.method, model: model.model.name,
                        map: HeatMap(
                            relevance: map.relevance, geometry: explained.geometry,
                            height: height, width: width, pooling: pooling),
                        seconds: map.seconds)
                }
            }
            if let failure = outcome.failures.first { throw failure }
        }
        progress.update(startedMethods)
        return methods.compactMap { tiles[$0] }
    }

    /// For each model, the methods that no earlier model supports.
    private func assign(
        _ methods: [String], to models: [Explaining], _ skipped: (String, String) -> Void
    ) throws -> [[String]] {
        var assigned = [[String]](repeating: [], count: models.count)
        for method in methods {
            var reasons: [String] = []
            for (index, model) in models.enumerated() {
                do {
                    _ = try Explaining(model, methods: [method])
                    assigned[index].append(method)
                    break
                } catch let error as ExplanationError { reasons.append(error.description) }
            }
            if reasons.count == models.count { skipped(method, reasons.joined(separator: "; ")) }
        }
        return assigned
    }
}

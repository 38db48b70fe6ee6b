import PlumblineData
import PlumblineEvaluation
import PlumblineExplanations
import Foundation
import PlumblineMetrics
import PlumblineTensors

/// One film explained by many methods, each on the first of some models that it is defined on.
public struct Gallery {
    public struct Tile: Sendable {
        public var method: String, model: String
        public var map: HeatMap
        public var seconds: Double
    }

    public let checkpoints: [String]
    public let className: String
    /// Settings of the methods, as `key=value`.
    public let overrides: [String]

    public init(checkpoints: [String], className: String, overrides: [String]) {
        (self.checkpoints, self.className, self.overrides) = (checkpoints, className, overrides)
    }

    /// - Parameter skipped: called with each method that none of the models can be explained by,
    ///   and why.
    public func tiles(
        _ film: String, methods: [String], height: Int, width: Int,
        skipped: (String, String) -> Void
    ) throws -> [Tile] {
        let progress = Progress("gallery", total: methods.count, unit: " methods")
        // Every model can show its gradient.
        let models = try checkpoints.map {
            try Explaining(
                checkpoint: $0, className: className, method: "gradient", overrides: overrides)
        }
        var tiles: [Tile] = []
        for (index, method) in methods.enumerated() {
            var reasons: [String] = []
            for model in models {
                let explaining: Explaining
                do { explaining = try Explaining(model, method: method) } catch let error
                    as ExplanationError
                {
                    reasons.append(error.description)
                    continue
                }
                let start = DispatchTime.now().uptimeNanoseconds
                let image = NamedImage(name: ImageKeys.short(film), file: film)
                let outcome = try explaining.explain([image], reportsProgress: false) { explained in
                    let map = HeatMap(relevance: explained.relevance, height: height, width: width)
                    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
                    tiles.append(
                        Tile(
                            method: method, model: explaining.model.name, map: map, seconds: seconds
                        ))
                }
                if let failure = outcome.failures.first { throw failure }
                break
            }
            if reasons.count == checkpoints.count {
                skipped(method, reasons.joined(separator: "; "))
            }
            progress.update(index + 1)
        }
        return tiles
    }
}

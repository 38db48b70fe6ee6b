import PlumblineEvaluation
import PlumblineMetrics
import PlumblineStatistics
import PlumblineStorage

/// How an explanation shows the parts of objects: PQAH (arXiv 2405.13264) over many images.
public struct PartsAnalysis {
    /// Classes and quartiles, as they are stored.
    public let file: PartsFile
    let images: [PartsImage]
    private let main: Int

    /// - Parameters:
    ///   - main: the index of the theta of the summary.
    ///   - errors: `nil` if there are no predictions.
    init(
        _ collector: PartsCollector, main: Int, explanation: String, source: String,
        errors: PredictionErrors?
    ) {
        let images = collector.images
        self.images = images
        self.main = main
        let names = Set(images.map(\.className)).union(collector.withoutParts.keys).sorted()
        let classes = names.map { name in
            let own = images.filter { $0.className == name }
            return PartsFile.Class(
                name: name, images: own.count, withoutParts: collector.withoutParts[name] ?? 0,
                top1Error: errors?.share(of: name), parts: Self.parts(own, theta: main))
        }
        file = PartsFile(
            explanation: explanation, source: source, theta: collector.thetas[main],
            quartiles: Quartiles.convention, images: images.count, top1Error: errors?.share,
            classes: classes,
            sweep: Self.sweep(collector, classes: classes.map(\.name)))
    }

    /// The PH of the images of a class that have a value for a part.
    public func values(ofPart part: String, class name: String) -> [Double] {
        images.filter { $0.className == name }.compactMap { image in
            image.scores[main].parts.first { $0.name == part }?.values["ph"]
        }
    }

    /// The parts of the images of one class, the background last.
    private static func parts(_ images: [PartsImage], theta: Int) -> [PartsFile.Part] {
        let names = Set(images.flatMap { $0.scores[theta].parts.map(\.name) })
        let ordered =
            names.subtracting([PartsFile.background]).sorted()
            + (names.contains(PartsFile.background) ? [PartsFile.background] : [])
        return ordered.map { name in
            let shown = images.compactMap { image in
                image.scores[theta].parts.first { $0.name == name }
            }
            let scored = shown.filter { $0.reason == nil }
            var reasons: [String: Int] = [:]
            for reason in shown.compactMap(\.reason) { reasons[reason, default: 0] += 1 }
            var quantities: [String: PartsFile.Quartiles] = [:]
            for (quantity, _) in PartsImage.Scores.quantities {
                quantities[quantity] = PartsFile.Quartiles(
                    scored.compactMap { $0.values[quantity] })
            }
            return PartsFile.Part(
                part: name, images: scored.count, absent: images.count - shown.count,
                missing: shown.count - scored.count, missingReasons: reasons,
                quantities: quantities, approximation: approximation(scored))
        }
    }

    private static func approximation(
        _ scored: [PartsImage.Scores.Part]
    ) -> PartsFile.Approximation? {
        let pairs = scored.compactMap { part -> (ph: Double, dice: Double)? in
            guard let ph = part.values["ph"], let dice = part.values["dice"] else { return nil }
            return (ph, dice)
        }
        return PartsFile.Quartiles(pairs.map { $0.ph - $0.dice }).map {
            PartsFile.Approximation(
                difference: $0,
                spearman: spearmanCorrelation(pairs.map(\.ph), pairs.map(\.dice)).value)
        }
    }

    // MARK: Theta

    private static func sweep(_ collector: PartsCollector, classes: [String]) -> [PartsSweep] {
        collector.thetas.indices.map { index in
            let parts = classes.flatMap { name in
                Self.parts(collector.images.filter { $0.className == name }, theta: index).map {
                    PartsSweep.Part(
                        class: name, part: $0.part, images: $0.images, ph: $0.quantities["ph"])
                }
            }
            return PartsSweep(
                theta: collector.thetas[index], parts: parts,
                correlations: collector.otherMetrics.map {
                    correlation(collector.images, theta: index, $0)
                })
        }
    }

    private static func correlation(
        _ images: [PartsImage], theta: Int, _ metric: String
    ) -> PartsSweep.Correlation {
        let pairs = images.compactMap { image -> (Double, Double)? in
            guard let ph = image.scores[theta].objectMean, let other = image.otherMetrics[metric]
            else { return nil }
            return (ph, other)
        }
        let correlation = spearmanCorrelation(pairs.map(\.0), pairs.map(\.1))
        return PartsSweep.Correlation(
            metric: metric, images: pairs.count, spearman: correlation.value,
            reason: correlation.reason?.rawValue)
    }
}

extension PartsFile.Quartiles {
    /// - Returns: `nil` for no number.
    fileprivate init?(_ numbers: [Double]) {
        guard let quartiles = Quartiles(numbers) else { return nil }
        self.init(q1: quartiles.first, q2: quartiles.median, q3: quartiles.third)
    }
}

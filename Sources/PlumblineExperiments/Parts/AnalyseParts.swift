import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineMetrics
import PlumblineStorage
import PlumblineTensors

/// The thetas of an analysis of parts: shares of the range of a map.
public struct PartsThetas: Sendable, Equatable {
    /// In the order in which they were given.
    public let values: [Double]
    /// The index of the theta of the summary: that of 0.5, or else the first.
    let main: Int

    /// - Throws: ``ConfigurationError`` for none, for one that is not from 0 to below 1, and for
    ///   one that is there twice.
    public init(_ values: [Double]) throws {
        guard !values.isEmpty, values.count <= 100, Set(values).count == values.count,
            values.allSatisfy({ (0..<1).contains($0) })
        else {
            throw ConfigurationError(
                "--theta", values.map { "\($0)" }.joined(separator: ","),
                "1 to 100 different numbers from 0 to below 1 are wanted")
        }
        self.values = values
        main = values.firstIndex(of: 0.5) ?? 0
    }

    /// - Parameter text: numbers separated by commas.
    /// - Throws: ``ConfigurationError`` as ``init(_:)``, and for what is not a number.
    public init(_ text: String) throws {
        try self.init(
            text.split(separator: ",", omittingEmptySubsequences: false).map { field in
                guard let number = Double(field.filter { $0 != " " }) else {
                    throw ConfigurationError("--theta", text, "\(field) is not a number")
                }
                return number
            })
    }
}

extension PartsAnalysis {
    /// Explains the evaluation images of a configuration by a checkpoint, and scores their parts.
    ///
    /// - Parameter configuration: makes it from the classes of the checkpoint.
    /// - Returns: one analysis per evaluated explanation.
    /// - Throws: an error if a file cannot be read, ``ConfigurationError`` if no image has a part.
    public static func ofCheckpoint(
        _ path: String, thetas: PartsThetas,
        on configuration: (_ classes: [String]) throws -> Configuration
    ) throws -> [PartsAnalysis] {
        let (model, checkpoint) = try ModelStore.model(path)
        let data = try configuration(checkpoint.classes)
        _ = try data.validated()
        if data.threads > 0 { setThreads(data.threads) }
        let resolved = try data.adopting(checkpoint, model: model, path: path)
        let dataset = try ExperimentData(resolved, needsStart: false, needsAlignment: false)
            .evaluate
        try requireParts(dataset, data.file)
        let target = try ResolvedConfiguration(resolved).target
        let validation = Validation(
            model: model, dataset: dataset, target: target, configuration: resolved)
        let methods = try resolved.evaluatedMethods()
        var collectors = try methods.map { _ in try PartsCollector(thetas: thetas.values) }
        var errors = PredictionErrors()
        _ = try validation.run(methods, title: "parts") { index in
            // Images without a part are only counted: they are not explained.
            validation.isPositive(index)
                && dataset.items[index].annotations.contains { $0.part != nil }
        } body: { evaluated in
            errors.add(evaluated, of: dataset, model.output)
            let className = dataset.classes[evaluated.target]
            if evaluated.evidence.isEmpty, validation.isPositive(evaluated.index) {
                for index in collectors.indices { collectors[index].addWithoutParts(className) }
            }
            for (index, evidence) in evaluated.evidence.enumerated() {
                try collectors[index].add(evidence.map, className: className)
            }
        }
        return zip(methods, collectors).map { method, collector in
            PartsAnalysis(
                collector, main: thetas.main, explanation: method.name, source: model.name,
                errors: errors)
        }
    }

    /// Scores the parts that maps of another program show.
    ///
    /// - Parameter configuration: its evaluation images have the annotations.
    /// - Throws: an error if a map or an annotation cannot be read, ``ConfigurationError`` if no
    ///   image has a part.
    public static func ofMaps(
        _ maps: MapFiles, source: String, thetas: PartsThetas, on configuration: Configuration
    ) throws -> PartsAnalysis {
        let annotations = try MapAnnotations(configuration, for: maps)
        guard annotations.hasParts else { throw noParts(configuration.file) }
        if let first = annotations.missing.first {
            Progress.warn("\(annotations.missing.count) maps have no annotation, such as \(first)")
        }
        var collector = try PartsCollector(thetas: thetas.values)
        let progress = Progress("parts", total: maps.names.count, unit: " maps")
        for index in maps.names.indices {
            try Interruption.check("while maps were scored")
            if let className = annotations.className(index) {
                let evidence = MapEvidence(
                    id: maps.names[index], relevance: try maps.map(index),
                    annotations: try annotations.annotations(index))
                try collector.add(evidence, className: className)
            }
            progress.update(index + 1)
        }
        return PartsAnalysis(
            collector, main: thetas.main, explanation: "maps", source: source, errors: nil)
    }

    private static func requireParts(_ dataset: ImageDataset, _ file: String) throws {
        let hasParts = dataset.items.contains { $0.annotations.contains { $0.part != nil } }
        guard hasParts else { throw noParts(file) }
    }

    private static func noParts(_ file: String) -> ConfigurationError {
        ConfigurationError(
            file, "data.evaluate",
            "no image has an annotated part; formats with parts are part_imagenet, pascal_part, "
                + "manifest with a column part, and phantoms")
    }
}

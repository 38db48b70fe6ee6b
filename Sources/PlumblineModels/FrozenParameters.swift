import Foundation
import PlumblineSettings

/// How much of a model training leaves as it is.
public struct FrozenParameters: Sendable, Equatable {
    /// Frozen parameters, and all.
    public let tensors: (frozen: Int, all: Int)
    /// The values of frozen parameters, and of all.
    public let values: (frozen: Int, all: Int)
    /// Frozen running statistics.
    public let buffers: Int

    public static func == (a: FrozenParameters, b: FrozenParameters) -> Bool {
        a.tensors == b.tensors && a.values == b.values && a.buffers == b.buffers
    }

    /// In one line: `frozen: 120 of 364 tensors, 6.9 of 7.0 million values`.
    public var line: String {
        let millions = { (count: Int) in String(format: "%.1f", Double(count) / 1e6) }
        let shares =
            values.all >= 1_000_000
            ? "\(millions(values.frozen)) of \(millions(values.all)) million"
            : "\(values.frozen) of \(values.all)"
        let statistics = buffers > 0 ? ", and \(buffers) running statistics" : ""
        return "frozen: \(tensors.frozen) of \(tensors.all) tensors, \(shares) values" + statistics
    }
}

extension Classifier {
    /// Freezes the parameters whose names match: training leaves them as they are
    /// (``Parameter/isFrozen``).
    ///
    /// Running statistics are matched by the same patterns. A batch norm with frozen statistics
    /// normalises by them, as in evaluation, and they do not move: `features.*` therefore freezes
    /// all that the layers below `features` do. `*.bias` leaves the statistics alone.
    ///
    /// - Parameter patterns: of names in the state dictionary (``NamePattern``).
    /// - Throws: ``ModelError`` for a pattern that no name matches, and if nothing is left to
    ///   train. No parameter is then frozen that was not before.
    @discardableResult
    public func freeze(_ patterns: [String]) throws -> FrozenParameters {
        let all = parameters
        var matching: Set<String> = []
        for text in patterns {
            guard let pattern = NamePattern(text) else {
                throw ModelError(
                    "a pattern has from 1 to \(NamePattern.longest) letters, not \(text.count)")
            }
            let names = all.map(\.name).filter(pattern.matches)
            guard !names.isEmpty else {
                let nearest = pattern.nearest(of: all.map(\.name)) ?? "none"
                throw ModelError(
                    "\(text) matches no parameter of \(name); the nearest is \(nearest)")
            }
            matching.formUnion(names)
        }
        let isFrozen = { (parameter: Parameter) in
            parameter.isFrozen || matching.contains(parameter.name)
        }
        let trainable = all.filter(\.isTrainable)
        let frozen = trainable.filter(isFrozen)
        guard frozen.count < trainable.count else {
            throw ModelError(
                "all \(trainable.count) parameters of \(name) would be frozen; "
                    + "leave some to train")
        }
        for parameter in all where matching.contains(parameter.name) { parameter.isFrozen = true }
        return FrozenParameters(
            tensors: (frozen.count, trainable.count),
            values: (
                frozen.reduce(0) { $0 + $1.count }, trainable.reduce(0) { $0 + $1.count }
            ),
            buffers: all.filter { !$0.isTrainable && $0.isFrozen }.count)
    }
}

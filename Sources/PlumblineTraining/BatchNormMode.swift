import PlumblineModels
import PlumblineTensors

/// Which statistics batch norm uses in training.
public enum BatchNormMode: String, Sendable, CaseIterable {
    /// Those of the batch, which update the running ones (published setting).
    case train
    /// The running ones, which are not updated.
    case frozen

    /// The setting of the paper (arXiv 2311.04813).
    public static let published = BatchNormMode.train

    /// The pass of a training step's classification.
    ///
    /// - Parameter noise: what dropout is drawn from; `nil` turns it off.
    func trainingPass(
        _ model: any Classifier, noise: RandomGenerator?, recomputesBlocks: Bool = false
    ) -> Pass {
        Pass(
            self == .train ? .batch(updates: 1) : .running, noise: model.hasNoise ? noise : nil,
            recomputesBlocks: recomputesBlocks)
    }
}
